import { Button, Stack } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { downloadsQuery } from "../../api/jobs";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { useText } from "../../text";
import { DownloadCard } from "./DownloadCard";

/** All downloads of this person, the newest first, also those of yesterday. */
export function DownloadsTab() {
  const text = useText();
  const words = text.hub.download;
  const downloads = useInfiniteQuery(downloadsQuery);
  return (
    <Loaded query={downloads}>
      {({ pages }) => {
        const jobs = pages.flatMap((page) => page.data);
        if (jobs.length === 0)
          return (
            <Empty
              title={words.none}
              text={words.noneText}
              action={
                <Button renderRoot={(link) => <Link to="/hub" search={{ tab: "catalog" }} {...link} />}>
                  {words.toCatalog}
                </Button>
              }
              command="sokhan pull facebook/mms-tts-fas"
            />
          );
        return (
          <Stack>
            {jobs.map((job) => (
              <DownloadCard key={job.id} job={job} />
            ))}
            {downloads.hasNextPage && (
              <Button
                variant="default"
                loading={downloads.isFetchingNextPage}
                onClick={() => void downloads.fetchNextPage()}
              >
                {text.common.more}
              </Button>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
