import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TrainingView } from "../../../api/schema";
import { recipesQuery } from "../../../api/training";
import { DataTable } from "../../../parts/DataTable";
import { Id } from "../../../parts/inline";
import { Section } from "../../../parts/Section";
import { usePreferences } from "../../../shell/preferences";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { configRows } from "./configRows";

/** The configuration of a run: what differs from the recipe's defaults, and on request, or on paper, the rest. */
export function Configuration({ run }: { run: TrainingView }) {
  const text = useText();
  const words = text.training.config;
  const format = useFormat();
  const persian = usePreferences().preferences.language === "fa";
  const printing = useMediaQuery("print");
  const [all, setAll] = useState(false);
  const recipe = useQuery(recipesQuery).data?.find(({ name }) => name === run.recipe);
  const rows = configRows(run.config, recipe?.parameters ?? []);
  const changed = rows.filter((row) => row.changed);
  const others = rows.length - changed.length;
  const short = !all && !printing && changed.length > 0 && others > 0;
  return (
    <Section
      title={words.title}
      actions={
        changed.length > 0 &&
        others > 0 && (
          <Button size="xs" variant="default" className="no-print" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? words.onlyChanged : words.showAll(format.integer(others))}
          </Button>
        )
      }
    >
      {rows.length === 0 ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <DataTable
          label={words.title}
          rows={short ? changed : rows}
          rowKey={(row) => row.name}
          minWidth={340}
          columns={[
            {
              name: "name",
              title: text.common.name,
              cell: (row) => (
                <Stack gap={2} align="flex-start">
                  <Group gap={6}>
                    <Id>{row.name}</Id>
                    {row.changed && !short && <Badge color="cyan">{words.changed}</Badge>}
                  </Group>
                  <Text size="sm" c="dimmed">
                    {persian ? row.parameter?.helpFa : row.parameter?.help}
                  </Text>
                </Stack>
              ),
            },
            { name: "value", title: words.value, cell: (row) => <Id>{row.value}</Id> },
            { name: "default", title: words.default, cell: (row) => row.default !== null && <Id>{row.default}</Id> },
          ]}
        />
      )}
    </Section>
  );
}
