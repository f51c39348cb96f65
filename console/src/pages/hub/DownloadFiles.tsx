import { Progress, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";
import type { FileProgress } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Id, Numbers } from "../../parts/inline";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { byProgress } from "./whyStill";

/** The files of a download: closed at first, for there may be hundreds. */
export function DownloadFiles({ files, open }: { files: FileProgress[]; open: boolean }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub;
  const [opened, { toggle }] = useDisclosure(open);
  const id = useId();
  if (files.length === 0) return null;
  return (
    <Stack gap="xs">
      <UnstyledButton aria-expanded={opened} aria-controls={id} onClick={toggle}>
        <Text size="sm" td="underline">
          {words.fileCount(format.integer(files.length))} · {opened ? text.common.less : text.common.details}
        </Text>
      </UnstyledButton>
      <div id={id}>
        {opened && (
          <DataTable
            label={words.download.files}
            rows={byProgress(files)}
            rowKey={(file) => file.path}
            minWidth={420}
            columns={[
              { name: "path", title: words.file, cell: (file) => <Id>{file.path}</Id> },
              {
                name: "bytes",
                title: text.common.size,
                cell: (file) => (
                  <Stack gap={2} miw={120}>
                    <Numbers>{words.download.bytes(format.bytes(file.bytes), format.bytes(file.size))}</Numbers>
                    <Progress
                      size="xs"
                      value={file.size ? (100 * file.bytes) / file.size : 100}
                      aria-label={file.path}
                    />
                  </Stack>
                ),
              },
              { name: "state", title: text.common.state, cell: (file) => words.fileStates[file.state ?? "pending"] },
            ]}
          />
        )}
      </div>
    </Stack>
  );
}
