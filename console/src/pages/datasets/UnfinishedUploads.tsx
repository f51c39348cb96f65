import { Alert, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWhole } from "../../api/client";
import { openUploadsQuery } from "../../api/datasets";
import type { UploadView } from "../../api/schema";
import { FileChoice } from "../../parts/FileChoice";
import { Icon } from "../../parts/Icon";
import { Name } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useAction } from "../../parts/useAction";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { rememberImport } from "./imports";
import { NameForm } from "./NameForm";
import { nameFor } from "./names";
import { unfinishedOf } from "./unfinished";
import type { ImportFormat } from "./uploads";
import { uploads } from "./uploads";
import { useUploads } from "./useUploads";

/** What an earlier visit has begun to send: the gateway has a part of it, and the same file continues it. */
export function UnfinishedUploads() {
  const text = useText();
  const sending = useUploads();
  const open = useQuery(openUploadsQuery).data ?? [];
  const unfinished = unfinishedOf(open, sending);
  if (unfinished.length === 0) return null;
  return (
    <Section title={text.datasets.upload.unfinished}>
      {unfinished.map((upload) => (
        <UnfinishedUpload key={upload.id} upload={upload} />
      ))}
    </Section>
  );
}

function UnfinishedUpload({ upload }: { upload: UploadView }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.upload;
  const client = useQueryClient();
  const confirm = useConfirm();
  const name = upload.fileName ?? upload.id;
  const refresh = () => client.invalidateQueries({ queryKey: openUploadsQuery.queryKey });
  const remove = useAction(
    () => askWhole(api.DELETE("/api/uploads/{id}", { params: { path: { id: upload.id }, header: TUS } })),
    { done: words.deleted, onDone: refresh },
  );
  return (
    <Card withBorder padding="md" component="article" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Text fw={600}>
              <Name>{name}</Name>
            </Text>
            <Text size="sm">{words.here(words.sent(format.bytes(upload.offset), format.bytes(upload.length)))}</Text>
            <Text size="sm" c="dimmed">
              {words.expires(format.dateTime(upload.expiresAt))}
            </Text>
          </Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="trash" size={14} />}
            aria-label={`${text.common.delete}: ${name}`}
            onClick={() =>
              confirm({
                title: words.cancel,
                children: words.cancelSure(name),
                confirm: words.cancel,
                onConfirm: () => remove.mutate(undefined),
              })
            }
          >
            {text.common.delete}
          </Button>
        </Group>
        {upload.complete ? <ImportNow upload={upload} onDone={refresh} /> : <Continue upload={upload} />}
      </Stack>
    </Card>
  );
}

const TUS = { "Tus-Resumable": "1.0.0" };

function Continue({ upload }: { upload: UploadView }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.upload;
  const [wrong, setWrong] = useState(false);
  const take = (file: File) => {
    const same = file.size === upload.length && (!upload.fileName || file.name === upload.fileName);
    setWrong(!same);
    if (same) void uploads.continue(file, upload.id);
  };
  return (
    <>
      <Group>
        <FileChoice onFile={take}>
          {(props) => (
            <Button {...props} size="xs" leftSection={<Icon name="upload" size={14} />}>
              {words.continue}
            </Button>
          )}
        </FileChoice>
      </Group>
      {wrong && (
        <Alert color="red" role="alert">
          {words.otherFile(upload.fileName ?? "", format.bytes(upload.length))}
        </Alert>
      )}
    </>
  );
}

function ImportNow({ upload, onDone }: { upload: UploadView; onDone: () => unknown }) {
  const words = useText().datasets.upload;
  const start = useAction(
    ({ name, format }: { name: string; format: ImportFormat }) =>
      ask(api.POST("/api/datasets/imports", { body: { uploadId: upload.id, name, format } })),
    {
      onDone: (job, { name }) => {
        rememberImport(job.id, name);
        return onDone();
      },
    },
  );
  return (
    <>
      <Text size="sm">{words.complete}</Text>
      <NameForm
        name={nameFor(upload.fileName ?? "")}
        submit={words.import}
        pending={start.isPending}
        onSubmit={(name, format) => start.mutate({ name, format })}
      />
    </>
  );
}
