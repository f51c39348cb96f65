import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { FilePicker } from "../../parts/FilePicker";
import { Bytes, Name } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { NameForm } from "./NameForm";
import { nameFor } from "./names";
import { uploads } from "./uploads";

const ACCEPT = ".zip,.tar,.tgz,.gz,.bz2,.xz,.jsonl,.ndjson,.json,.csv,.tsv,.parquet,.txt";

/** Choose or drop a file, name it, send it. */
export function UploadSection() {
  const text = useText();
  const words = text.datasets.upload;
  const [file, setFile] = useState<File | null>(null);
  return (
    <Section title={words.title}>
      {!file ? (
        <FilePicker label={words.choose} drop={words.drop} about={words.accepts} accept={ACCEPT} onFile={setFile} />
      ) : (
        <Stack gap="sm">
          <Group gap="xs">
            <Text c="dimmed" size="sm">
              {words.chosen}
            </Text>
            <Text fw={600}>
              <Name>{file.name}</Name>
            </Text>
            <Bytes value={file.size} />
          </Group>
          <NameForm
            key={file.name}
            name={nameFor(file.name)}
            submit={words.start}
            onSubmit={(name, format) => {
              void uploads.start(file, name, format);
              setFile(null);
            }}
            extra={
              <Button variant="default" onClick={() => setFile(null)}>
                {text.common.cancel}
              </Button>
            }
          />
        </Stack>
      )}
    </Section>
  );
}
