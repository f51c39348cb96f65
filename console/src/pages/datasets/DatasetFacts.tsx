import { Alert } from "@mantine/core";
import type { DatasetFigures, DatasetView } from "../../api/schema";
import { Facts } from "../../parts/Facts";
import { Bytes, Name } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const SPEAKERS_SHOWN = 12;

/** What is known of a dataset: from its list entry at once, from the figures when they are counted. */
export function DatasetFacts({ dataset, figures }: { dataset: DatasetView; figures: DatasetFigures | null }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.facts;
  const { details } = dataset;
  const rows = figures?.rows ?? details.items;
  const skipped = figures?.skipped ?? details.skipped;
  const hours = figures?.hours ?? details.hours;
  const characters = figures?.characters ?? details.characters;
  const rates = figures?.sampleRates?.map((rate) =>
    words.rate(format.integer(rate.sampleRate), format.integer(rate.rows)),
  );
  const speakers = figures?.speakers ?? [];
  return (
    <Section title={words.title}>
      <Facts
        facts={[
          {
            name: text.datasets.columns.type,
            value: text.datasets.types[dataset.type] ?? <Name>{dataset.type}</Name>,
          },
          { name: words.source, value: text.datasets.sources[dataset.source] },
          { name: text.common.size, value: <Bytes value={dataset.size} /> },
          { name: words.rows, value: rows != null && format.integer(rows) },
          { name: words.skipped, value: skipped != null && skipped > 0 && format.integer(skipped) },
          { name: words.hours, value: hours != null && format.duration(hours * 3600) },
          { name: words.characters, value: characters != null && format.integer(characters) },
          { name: words.rates, value: rates?.length ? format.list(rates) : null },
          {
            name: `${words.speakers}${figures?.speakerCount ? ` (${format.integer(figures.speakerCount)})` : ""}`,
            value: speakers.length > 0 && (
              <bdi>
                {format.list(
                  speakers
                    .slice(0, SPEAKERS_SHOWN)
                    .map((speaker) => words.speaker(speaker.speaker, format.integer(speaker.rows))),
                )}
              </bdi>
            ),
          },
        ]}
      />
      {figures?.truncated && <Alert color="yellow">{words.truncated}</Alert>}
      {figures?.problem && (
        <Alert color="red" title={words.problem}>
          <span dir="auto">{figures.problem}</span>
        </Alert>
      )}
    </Section>
  );
}
