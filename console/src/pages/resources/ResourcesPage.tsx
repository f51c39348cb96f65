import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { DiskSection } from "./DiskSection";
import { MachineSection } from "./MachineSection";
import { ServicesSection } from "./ServicesSection";
import { StoredSection } from "./StoredSection";
import { useRemovalNotices } from "./useRemovals";

export default function ResourcesPage() {
  const text = useText();
  useRemovalNotices();
  return (
    <Page title={text.resources.title}>
      <DiskSection />
      <StoredSection />
      <MachineSection />
      <ServicesSection />
    </Page>
  );
}
