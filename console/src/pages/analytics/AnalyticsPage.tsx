import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useAllRuns } from "../../api/useAllRuns";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { Cards } from "./Cards";
import { Comparison } from "./Comparison";
import { History } from "./History";
import { RunsSection } from "./RunsSection";

/** All runs at once: figures, a table to filter and sort, a comparison, and what has happened. */
export default function AnalyticsPage() {
  const text = useText();
  const words = text.analytics;
  const runs = useAllRuns();
  return (
    <Page title={words.title}>
      <Loaded query={runs} lines={8}>
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
