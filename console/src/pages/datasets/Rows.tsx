import { Alert, Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { rowsQuery } from "../../api/datasets";
import type { RowPreview } from "../../api/schema";
import { Facts } from "../../parts/Facts";
import { Id, Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const LIMIT = 20;
const route = getRouteApi("/datasets");

/** The rows with their recordings, a page at a time; the address has the place. */
export function Rows({ id }: { id: string }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.rows;
  const { offset = 0 } = route.useSearch();
  const navigate = route.useNavigate();
  const go = (first: number) =>
    void navigate({ search: (old) => ({ ...old, offset: first > 0 ? first : undefined }), resetScroll: false });
  return (
    <Section title={words.title}>
      <Loaded query={useQuery(rowsQuery(id, offset, LIMIT))} lines={8}>
        {(page) => {
          const last = page.offset + page.rows.length;
          const from = format.integer(page.offset + 1);
          return (
            <Stack>
              {page.rows.length === 0 && <Text c="dimmed">{words.none}</Text>}
              {page.rows.map((row) => (
                <Row key={row.index} row={row} />
              ))}
              {page.problem && (
                <Alert color="red" title={text.datasets.facts.problem}>
                  <span dir="auto">{page.problem}</span>
                </Alert>
              )}
              {(page.more || page.offset > 0) && (
                <Group justify="space-between" component="nav" aria-label={words.title}>
                  <Button variant="default" disabled={page.offset === 0} onClick={() => go(page.offset - LIMIT)}>
                    {text.common.previous}
                  </Button>
                  <Text size="sm" role="status">
                    {page.total === null
                      ? words.rangeOpen(from, format.integer(last))
                      : words.range(from, format.integer(last), format.integer(page.total))}
                  </Text>
                  <Button variant="default" disabled={!page.more} onClick={() => go(page.offset + LIMIT)}>
                    {text.common.next}
                  </Button>
                </Group>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </Section>
  );
}

function Row({ row }: { row: RowPreview }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.rows;
  const number = format.integer(row.index + 1);
  const values = Object.entries(row.values ?? {}).filter(([, value]) => value !== row.text);
  return (
    <Card withBorder padding="sm" component="article" aria-label={words.row(number)}>
      <Stack gap={6}>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {words.row(number)}
          </Text>
          {row.file && <Id>{row.file}</Id>}
          <Text size="sm" c="dimmed">
            {words.line(format.integer(row.line))}
          </Text>
          {row.id && <Id>{row.id}</Id>}
          {row.speaker && <Badge color="gray">{row.speaker}</Badge>}
          {row.seconds != null && (
            <Text size="sm" c="dimmed">
              {format.duration(row.seconds)}
            </Text>
          )}
        </Group>
        {row.text && (
          <Text dir="auto" style={{ overflowWrap: "anywhere" }}>
            {row.text}
          </Text>
        )}
        {row.normalized && row.normalized !== row.text && (
          <Text size="sm" c="dimmed" dir="auto">
            {words.normalized}: <Name>{row.normalized}</Name>
          </Text>
        )}
        {values.length > 0 && (
          <Facts
            facts={values.map(([name, value]) => ({
              name,
              value: (
                <Text size="sm" dir="auto" style={{ overflowWrap: "anywhere" }}>
                  {value}
                </Text>
              ),
            }))}
          />
        )}
        {row.audio && (
          // The text of the recording stands above the player.
          // eslint-disable-next-line jsx-a11y/media-has-caption
          <audio
            controls
            preload="none"
            src={row.audio}
            aria-label={words.listen(number)}
            style={{ width: "100%", maxWidth: 480, height: 40 }}
          />
        )}
        {row.problem && (
          <Alert color="yellow" title={words.skipped} p="xs">
            <span dir="auto">{row.problem}</span>
          </Alert>
        )}
      </Stack>
    </Card>
  );
}
