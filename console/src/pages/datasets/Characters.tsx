import { Alert, Button, Code, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { CharacterCount } from "../../api/schema";
import { DataTable } from "../../parts/DataTable";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

const SHOWN = 12;

/** The characters of the texts, and a warning of those that are not Persian. */
export function Characters({ counts }: { counts: CharacterCount[] }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.characters;
  const [all, { toggle }] = useDisclosure(false);
  const foreign = counts.filter((count) => !count.persian);
  return (
    <Section title={words.title}>
      {foreign.length > 0 ? (
        <Alert color="yellow">
          <Text size="sm">
            {words.foreign(format.list(foreign.map(({ character, code }) => visible(character, code))))}
          </Text>
        </Alert>
      ) : (
        <Text size="sm">{words.allPersian}</Text>
      )}
      <DataTable
        label={words.title}
        rows={all ? counts : counts.slice(0, SHOWN)}
        rowKey={(count) => count.code}
        minWidth={380}
        columns={[
          {
            name: "character",
            title: words.character,
            cell: (count) => (
              <Text span size="lg" dir="auto">
                {visible(count.character, "")}
              </Text>
            ),
          },
          { name: "code", title: words.code, cell: (count) => <Code className="ltr">{count.code}</Code> },
          { name: "kind", title: words.kind, cell: (count) => words.kinds[count.kind] },
          { name: "count", title: words.count, numeric: true, cell: (count) => format.integer(count.count) },
        ]}
      />
      {counts.length > SHOWN && (
        <Group>
          <Button size="xs" variant="default" aria-expanded={all} onClick={toggle}>
            {all ? text.common.less : `${text.common.all} (${format.integer(counts.length)})`}
          </Button>
        </Group>
      )}
    </Section>
  );
}

/** A character that a reader sees; for spaces, joiners and lone marks the given word. */
function visible(character: string, otherwise: string): string {
  if (/^\p{M}$/u.test(character)) return `◌${character}`;
  return /^[\p{Z}\p{C}]$/u.test(character) ? otherwise : character;
}
