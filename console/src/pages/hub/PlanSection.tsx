import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { asApiError } from "../../api/errors";
import type { PlanView } from "../../api/schema";
import type { RepoType } from "../../api/sources";
import { planQuery } from "../../api/sources";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { Facts } from "../../parts/Facts";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { Bytes } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { NumberField } from "../../parts/NumberField";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { AccessHelp } from "./AccessHelp";
import { needsAccess } from "./access";
import { fromKilobytes } from "../../parts/bandwidth";
import { useStartDownload } from "./useStartDownload";

/** What a download would fetch and whether the disk has space for it; then the button. */
export function PlanSection({ id, repo, type }: { id: string; repo: string; type: RepoType }) {
  const text = useText();
  const words = text.hub.plan;
  const [kilobytes, setKilobytes] = useState<number | null>(null);
  const plan = useQuery(planQuery(id, type));
  const start = useStartDownload();
  const blocked = plan.error !== null && needsAccess(asApiError(plan.error));
  const space = plan.data?.disk.enough ?? true;
  return (
    <Section title={words.title}>
      {blocked ? (
        <AccessHelp repo={repo} type={type} onStored={() => void plan.refetch()} />
      ) : (
        <Loaded query={plan}>{(found) => <Plan plan={found} />}</Loaded>
      )}
      {!blocked && (
        <Form onSubmit={() => start.mutate({ modelId: id, repoType: type, bandwidth: fromKilobytes(kilobytes) })}>
          <Group align="flex-end">
            <NumberField
              label={text.hub.cap}
              description={text.hub.capHelp}
              value={kilobytes}
              onChange={setKilobytes}
              min={1}
              integer
            />
            <Button
              type="submit"
              leftSection={<Icon name="download" size={16} />}
              loading={start.isPending}
              disabled={plan.isPending || !space}
            >
              {words.start}
            </Button>
          </Group>
        </Form>
      )}
      {start.error && <StartError error={start.error} />}
    </Section>
  );
}

function Plan({ plan }: { plan: PlanView }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub.plan;
  const { disk } = plan;
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          {
            name: words.total,
            value: (
              <>
                <Bytes value={plan.bytesTotal} /> · {text.hub.fileCount(format.integer(plan.files.length))}
              </>
            ),
          },
          { name: words.here, value: <Bytes value={plan.bytesHere} /> },
          { name: words.fetch, value: <Bytes value={plan.bytesToFetch} /> },
          { name: words.free, value: <Bytes value={disk.free} /> },
          { name: words.after, value: <Bytes value={Math.max(0, disk.freeAfter)} /> },
        ]}
      />
      {disk.enough ? (
        <Text size="sm">{plan.bytesToFetch > 0 ? words.enough : words.nothing}</Text>
      ) : (
        <Alert color="red" role="alert">
          <Group justify="space-between">
            {words.notEnough(format.bytes(Math.abs(disk.freeAfter)))}
            <Button size="xs" variant="default" renderRoot={(link) => <Link to="/resources" {...link} />}>
              {words.toResources}
            </Button>
          </Group>
        </Alert>
      )}
    </Stack>
  );
}

function StartError({ error }: { error: unknown }) {
  const words = useText().hub.plan;
  if (asApiError(error).action !== "wait_for_download") return <ErrorAlert error={error} />;
  return (
    <Alert color="yellow" role="alert">
      <Group justify="space-between">
        {words.other}
        <Button
          size="xs"
          variant="default"
          renderRoot={(link) => <Link to="/hub" search={{ tab: "downloads" }} {...link} />}
        >
          {words.toDownloads}
        </Button>
      </Group>
    </Alert>
  );
}
