import { Alert, Button, SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { datasetQuery, figuresQuery } from "../../api/datasets";
import type { DatasetFigures } from "../../api/schema";
import { Icon } from "../../parts/Icon";
import { Loaded } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { Characters } from "./Characters";
import { DatasetActions } from "./DatasetActions";
import { DatasetFacts } from "./DatasetFacts";
import { Histogram } from "./Histogram";
import { Rows } from "./Rows";

const route = getRouteApi("/datasets");

/** One dataset: figures, plots, characters, rows to hear. */
export function DatasetPage({ id }: { id: string }) {
  const text = useText();
  const words = text.datasets;
  const navigate = route.useNavigate();
  const dataset = useQuery(datasetQuery(id));
  const figures = useQuery(figuresQuery(id));
  const back = (
    <Button
      variant="default"
      leftSection={<Icon name="back" size={14} mirrored />}
      onClick={() => void navigate({ search: {} })}
    >
      {words.back}
    </Button>
  );
  return (
    <Page title={id} actions={back} progress={null}>
      <Loaded query={dataset}>
        {(found) => (
          <>
            <DatasetActions dataset={found} />
            {found.problem && (
              <Alert color="red" title={words.broken}>
                <span dir="auto">{found.problem}</span>
              </Alert>
            )}
            <DatasetFacts dataset={found} figures={figures.data?.statistics ?? null} />
            <Loaded query={figures} lines={6}>
              {({ statistics }) => statistics && <Figures figures={statistics} />}
            </Loaded>
            <Rows id={id} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Figures({ figures }: { figures: DatasetFigures }) {
  const words = useText().datasets.histogram;
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: figures.durations ? 2 : 1 }}>
        {figures.durations && (
          <Section title={words.durations}>
            <Histogram label={words.durations} histogram={figures.durations} />
          </Section>
        )}
        <Section title={words.lengths}>
          <Histogram label={words.lengths} histogram={figures.textLengths} />
        </Section>
      </SimpleGrid>
      <Characters counts={figures.characterCounts} />
    </>
  );
}
