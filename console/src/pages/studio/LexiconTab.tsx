import { Badge, Button, Group, List, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWhole } from "../../api/client";
import type { EntryView, LexiconImportView } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Empty } from "../../parts/Empty";
import { FileChoice } from "../../parts/FileChoice";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const KEY = ["lexicon"];

/** The readings of words: listed, removed, exported and imported. */
export function LexiconTab() {
  const text = useText();
  const words = text.studio.lexicon;
  const client = useQueryClient();
  const [report, setReport] = useState<LexiconImportView | null>(null);
  const entries = useQuery({ queryKey: KEY, queryFn: ({ signal }) => ask(api.GET("/api/lexicon", { signal })) });
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const remove = useAction(
    ({ word, level }: EntryView) =>
      askWhole(api.DELETE("/api/lexicon/{word}", { params: { path: { word }, query: { level } } })),
    {
      onDone: (_, { word }) => {
        tellDone(text, words.removed(word));
        return refresh();
      },
    },
  );
  const importFile = useAction(
    async (file: File) =>
      ask(
        api.POST("/api/lexicon/import", {
          body: await file.text(),
          bodySerializer: (body) => body,
          headers: { "Content-Type": "text/tab-separated-values" },
        }),
      ),
    {
      onDone: (done) => {
        setReport(done);
        return refresh();
      },
    },
  );
  return (
    <Section
      title={text.studio.tabs.lexicon}
      actions={
        <Group gap="xs">
          <Button component="a" href="/api/lexicon/export" download="lexicon.tsv" size="xs" variant="default">
            {words.export}
          </Button>
          <FileChoice
            accept=".tsv,.txt,text/plain,text/tab-separated-values"
            onFile={(file) => importFile.mutate(file)}
          >
            {(props) => (
              <Button size="xs" variant="default" loading={importFile.isPending} {...props}>
                {words.import}
              </Button>
            )}
          </FileChoice>
        </Group>
      }
    >
      <Text>{words.about}</Text>
      {report && <Report report={report} />}
      <Loaded query={entries}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words.empty} />
          ) : (
            <DataTable
              label={text.studio.tabs.lexicon}
              minWidth={420}
              rows={rows}
              rowKey={(entry) => `${entry.level} ${entry.word}`}
              columns={[
                { name: "word", title: words.word, cell: (entry) => <bdi>{entry.word}</bdi> },
                { name: "reading", title: words.reading, cell: (entry) => <bdi>{entry.reading}</bdi> },
                {
                  name: "level",
                  title: words.level,
                  cell: (entry) => <Badge color="gray">{words.levels[entry.level]}</Badge>,
                },
                {
                  name: "remove",
                  title: "",
                  cell: (entry) => (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${text.common.remove}: ${entry.word}`}
                      onClick={() => remove.mutate(entry)}
                    >
                      {text.common.remove}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

function Report({ report }: { report: LexiconImportView }) {
  const words = useText().studio.lexicon;
  const format = useFormat();
  const refused = report.lines.filter(({ result }) => result === "refused");
  return (
    <div role="status">
      <Text fw={600}>
        {words.imported(format.integer(report.added), format.integer(report.changed), format.integer(report.refused))}
      </Text>
      {refused.length > 0 && (
        <List aria-label={words.refusedLines}>
          {refused.map(({ line, word, reason }) => (
            <List.Item key={line}>
              {words.line(format.integer(line))}: <bdi>{word}</bdi> <span dir="auto">{reason}</span>
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
}
