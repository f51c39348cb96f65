import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { isActive } from "../../../api/jobs";
import { runQuery } from "../../../api/training";
import { Loaded } from "../../../parts/Loading";
import { Page } from "../../../parts/Page";
import { useText } from "../../../text";
import { RunButtons } from "../RunButtons";
import { Checkpoints } from "./Checkpoints";
import { Configuration } from "./Configuration";
import { Curves } from "./Curves";
import { Log } from "./Log";
import { Origin } from "./Origin";
import { RunHead } from "./RunHead";
import { ShareButton } from "./ShareButton";

const route = getRouteApi("/training/$run");

export default function RunPage() {
  const { run: id } = route.useParams();
  const text = useText();
  const run = useQuery(runQuery(id));
  return (
    <Page
      title={run.data?.name ?? text.training.run}
      progress={run.data && isActive(run.data) ? run.data.progress : null}
      actions={
        run.data && (
          <>
            <RunButtons run={run.data} />
            <ShareButton run={run.data} />
          </>
        )
      }
    >
      <Loaded query={run} lines={8}>
        {(data) => (
          <>
            <RunHead run={data} />
            <Curves key={`curves-${id}`} run={id} active={isActive(data)} />
            <Checkpoints run={data} />
            <div className="no-print">
              <Log key={`log-${id}`} run={id} />
            </div>
            <Origin run={data} />
            <Configuration run={data} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
