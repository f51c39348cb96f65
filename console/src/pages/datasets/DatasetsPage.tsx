import { getRouteApi } from "@tanstack/react-router";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { DatasetList } from "./DatasetList";
import { DatasetPage } from "./DatasetPage";
import { Imports } from "./Imports";
import { SendingList } from "./SendingList";
import { UnfinishedUploads } from "./UnfinishedUploads";
import { UploadSection } from "./UploadSection";
import { useUploadEvents } from "./useUploadEvents";

const route = getRouteApi("/datasets");

export default function DatasetsPage() {
  const text = useText();
  const { id } = route.useSearch();
  useUploadEvents();
  if (id) return <DatasetPage key={id} id={id} />;
  return (
    <Page title={text.datasets.title}>
      <UploadSection />
      <SendingList />
      <UnfinishedUploads />
      <Imports />
      <DatasetList />
    </Page>
  );
}
