import { Text } from "@mantine/core";
import type { CatalogFile } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Bytes, Id } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

/** The files of a repository as the Hub listed them. */
export function FilesSection({
  files,
  count,
}: {
  files: readonly Pick<CatalogFile, "path" | "size">[];
  count: number;
}) {
  const text = useText();
  const format = useFormat();
  const words = text.hub;
  if (files.length === 0) return null;
  const more = count - files.length;
  return (
    <Section title={`${words.files} (${format.integer(Math.max(count, files.length))})`}>
      <DataTable
        label={words.files}
        rows={files}
        rowKey={(file) => file.path}
        minWidth={360}
        columns={[
          { name: "path", title: words.file, cell: (file) => <Id>{file.path}</Id> },
          { name: "size", title: text.common.size, cell: (file) => <Bytes value={file.size} /> },
        ]}
      />
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {words.moreFiles(format.integer(more))}
        </Text>
      )}
    </Section>
  );
}
