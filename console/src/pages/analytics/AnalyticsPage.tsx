import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { runsQuery } from "../../api/jobs";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { Cards } from "./Cards";
import { Comparison } from "./Comparison";
import { History } from "./History";
import { RunsSection } from "./RunsSection";

const MOST_PAGES = 20; // a thousand runs: what a table in a browser is still good for

/** All runs at once: figures, a table to filter and sort, a comparison, and what has happened. */
export default function AnalyticsPage() {
  const text = useText();
  const words = text.analytics;
  const runs = useInfiniteQuery(runsQuery);
  const { hasNextPage, isFetching, fetchNextPage } = runs;
  const count = runs.data?.pages.length ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && count < MOST_PAGES) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, count]);
  return (
    <Page title={words.title}>
      <Loaded query={{ ...runs, data: runs.data?.pages.flatMap((page) => page.data) }} lines={8}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title={text.training.nothing}
              text={words.nothingText}
              action={
                <Button component={Link} to="/training/new">
                  {text.training.newRun}
                </Button>
              }
              command="sokhan train --dataset local/my-voice --preset small"
            />
          ) : (
            <>
              <Cards runs={all} />
              <RunsSection runs={all} />
              <Comparison known={all} />
              <History runs={all} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
