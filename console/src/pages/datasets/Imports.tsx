import { Alert, Anchor, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { asApiError } from "../../api/errors";
import { isActive } from "../../api/jobs";
import { importQuery } from "../../api/scans";
import type { ErrorInfo, ScanView } from "../../api/schema";
import { JobError } from "../../parts/ErrorAlert";
import { Facts } from "../../parts/Facts";
import { Id, Name } from "../../parts/inline";
import { JobBar } from "../../parts/JobBar";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { forgetImport, useImports } from "./imports";
import { wrongPlaces } from "./wrongPlace";

/** The imports that this browser has begun, until they are dismissed. */
export function Imports() {
  const text = useText();
  const imports = useImports();
  if (imports.length === 0) return null;
  return (
    <Section title={text.datasets.imports.title}>
      {imports.map(({ job, name }) => (
        <Import key={job} job={job} name={name} />
      ))}
    </Section>
  );
}

function Import({ job, name }: { job: string; name: string }) {
  const text = useText();
  const client = useQueryClient();
  const scan = useQuery(importQuery(job));
  const gone = scan.error !== null && asApiError(scan.error).code === "NOT_FOUND";
  const state = scan.data?.state;
  useEffect(() => {
    if (gone) forgetImport(job); // the gateway removes old jobs
  }, [gone, job]);
  useEffect(() => {
    if (state === "completed") void client.invalidateQueries({ queryKey: ["assets"] });
  }, [state, client]);
  return (
    <Card withBorder padding="md" component="article" aria-label={name}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Text fw={600}>
              <Name>{name}</Name>
            </Text>
            {scan.data && <StateBadge state={scan.data.state} control={scan.data.control} />}
          </Group>
          {scan.data && !isActive(scan.data) && (
            <Button
              size="xs"
              variant="default"
              aria-label={`${text.datasets.imports.dismiss}: ${name}`}
              onClick={() => forgetImport(job)}
            >
              {text.datasets.imports.dismiss}
            </Button>
          )}
        </Group>
        <Loaded query={scan} lines={1}>
          {(found) => <State scan={found} />}
        </Loaded>
      </Stack>
    </Card>
  );
}

function State({ scan }: { scan: ScanView }) {
  const words = useText().datasets.imports;
  if (isActive(scan)) {
    return (
      <>
        <JobBar job={scan} label={scan.name ?? scan.id} />
        {scan.stage && (
          <Text size="sm" role="status">
            {words.stages[scan.stage] ?? scan.stage}
          </Text>
        )}
      </>
    );
  }
  if (scan.error) return <ImportError error={scan.error} />;
  const asset = scan.asset ?? scan.result?.asset;
  return (
    <Alert color="green" role="status">
      <Group gap="xs">
        {words.done}
        {asset && (
          <Anchor size="sm" renderRoot={(link) => <Link to="/datasets" search={{ id: asset }} {...link} />}>
            {words.open}
          </Anchor>
        )}
      </Group>
    </Alert>
  );
}

function ImportError({ error }: { error: ErrorInfo }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.imports;
  return (
    <Stack gap="xs">
      {wrongPlaces(error).map((place) => (
        <Facts
          key={place.file}
          facts={[
            { name: words.wrongFile, value: <Id>{place.file}</Id> },
            { name: words.wrongLine, value: place.line !== null && format.integer(place.line) },
          ]}
        />
      ))}
      <JobError error={error} />
      <Text size="sm">{words.fix}</Text>
    </Stack>
  );
}
