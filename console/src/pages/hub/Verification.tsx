import { Alert, Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { isActive } from "../../api/jobs";
import { verificationQuery } from "../../api/scans";
import type { ScanResult } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { JobError } from "../../parts/ErrorAlert";
import { Id } from "../../parts/inline";
import { JobBar } from "../../parts/JobBar";
import { Loaded } from "../../parts/Loading";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { InstalledCopy } from "./InstalledSection";
import { useStartDownload } from "./useStartDownload";

/** A verification and its result; the address keeps it over a reload. */
export function Verification({ job, copy }: { job: string; copy: InstalledCopy }) {
  const text = useText();
  const words = text.hub.installedPart;
  return (
    <Loaded query={useQuery(verificationQuery(job))} lines={2}>
      {(scan) => (
        <>
          {isActive(scan) && (
            <Stack gap={4}>
              <Text size="sm">{words.verifying}</Text>
              <JobBar job={scan} label={words.verifying} />
            </Stack>
          )}
          {scan.error && <JobError error={scan.error} />}
          {scan.state === "completed" && scan.result && <Result result={scan.result} copy={copy} />}
        </>
      )}
    </Loaded>
  );
}

function Result({ result, copy }: { result: ScanResult; copy: InstalledCopy }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub.installedPart;
  const start = useStartDownload();
  const damaged = result.damaged ?? [];
  if (damaged.length === 0)
    return (
      <Alert color="green" role="status">
        {words.sound(format.integer(result.verified ?? 0))}
      </Alert>
    );
  return (
    <Alert color="red" role="alert" title={words.broken(format.integer(result.damagedCount ?? damaged.length))}>
      <Stack gap="sm" align="flex-start">
        <DataTable
          label={text.hub.files}
          rows={damaged}
          rowKey={(file) => file.path}
          minWidth={320}
          columns={[
            { name: "path", title: text.hub.file, cell: (file) => <Id>{file.path}</Id> },
            { name: "problem", title: text.common.state, cell: (file) => words.problems[file.problem] },
          ]}
        />
        <Button
          size="xs"
          loading={start.isPending}
          onClick={() => start.mutate({ modelId: copy.id, repoType: copy.type })}
        >
          {words.repair}
        </Button>
      </Stack>
    </Alert>
  );
}
