import { Anchor, Badge, Button, Group, Stack, Switch, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { TrainingView } from "../../api/schema";
import { Moment, Name } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useNow } from "../../parts/useNow";
import { useText } from "../../text";
import type { RunEventKind } from "./runEvents";
import { isWarning, runHistory } from "./runEvents";

const route = getRouteApi("/analytics");
const PAGE = 15;
const COLORS: Record<RunEventKind, string> = {
  started: "cyan",
  restarted: "yellow",
  completed: "green",
  stopped: "gray",
  earlyStop: "yellow",
  failed: "red",
  diverged: "red",
  cancelled: "gray",
};

/** What has happened, newest first, or only what deserves a look. */
export function History({ runs }: { runs: TrainingView[] }) {
  const text = useText();
  const words = text.analytics.history;
  const now = useNow();
  const { warnings = false } = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState(PAGE);
  const events = runHistory(runs).filter((event) => !warnings || isWarning(event));
  return (
    <Section
      title={words.title}
      actions={
        <Switch
          className="no-print"
          label={words.onlyWarnings}
          checked={warnings}
          onChange={(event) => {
            const on = event.currentTarget.checked || undefined;
            void navigate({ search: (old) => ({ ...old, warnings: on }), replace: true, resetScroll: false });
          }}
        />
      }
    >
      {events.length === 0 && <Text c="dimmed">{warnings ? words.noWarnings : words.none}</Text>}
      <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {events.slice(0, shown).map(({ kind, time, run }) => (
          <Group key={`${run.id} ${kind}`} gap="xs" component="li">
            <Badge color={COLORS[kind]} miw="fit-content">
              {words.kinds[kind]}
            </Badge>
            <Anchor component={Link} to={`/training/${run.id}`}>
              <Name>{run.name}</Name>
            </Anchor>
            <Text size="sm" c="dimmed">
              <Moment time={time} now={now} />
            </Text>
            {(kind === "failed" || kind === "diverged") && run.error && (
              <Text size="sm" dir="auto">
                {text.errors.byCode[run.error.code] ?? run.error.message}
              </Text>
            )}
          </Group>
        ))}
      </Stack>
      {events.length > shown && (
        <Button size="xs" variant="default" w="fit-content" onClick={() => setShown(shown + PAGE)}>
          {text.common.more}
        </Button>
      )}
    </Section>
  );
}
