import { Badge, Button, Card, Group, Progress, Stack, Text } from "@mantine/core";
import { ErrorAlert } from "../../parts/ErrorAlert";
import { Icon } from "../../parts/Icon";
import { Name, Numbers, Percent } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { tellError } from "../../parts/toast";
import { useConfirm } from "../../parts/useConfirm";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { Sending } from "./uploads";
import { uploads } from "./uploads";
import { useUploads } from "./useUploads";

/** The uploads of this page that are under way. */
export function SendingList() {
  const text = useText();
  const list = useUploads();
  if (list.length === 0) return null;
  return (
    <Section title={text.datasets.upload.sending}>
      {list.map((sending) => (
        <SendingCard key={sending.key} sending={sending} />
      ))}
      <Text size="sm" c="dimmed">
        {text.datasets.upload.keep}
      </Text>
    </Section>
  );
}

const COLORS = { sending: "cyan", paused: "yellow", importing: "cyan", failed: "red" } as const;

function SendingCard({ sending }: { sending: Sending }) {
  const text = useText();
  const format = useFormat();
  const words = text.datasets.upload;
  const percent = sending.size ? (100 * sending.sent) / sending.size : 100;
  const moving = sending.state === "sending" && !sending.retrying;
  const left = sending.speed > 0 ? (sending.size - sending.sent) / sending.speed : null;
  return (
    <Card withBorder padding="md" component="article" aria-label={sending.fileName}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Text fw={600}>
              <Name>{sending.fileName}</Name>
            </Text>
            <Badge color={COLORS[sending.state]}>{words.states[sending.state]}</Badge>
          </Group>
          <SendingButtons sending={sending} />
        </Group>
        <Progress.Root size="md">
          <Progress.Section
            value={percent}
            color={sending.state === "failed" ? "red" : moving ? undefined : "yellow"}
            striped={moving}
            animated={moving}
            aria-label={sending.fileName}
            aria-valuetext={format.percent(percent)}
          />
        </Progress.Root>
        <Group gap="md">
          <Text size="sm">
            <Percent value={percent} />
          </Text>
          <Text size="sm">
            <Numbers>{words.sent(format.bytes(sending.sent), format.bytes(sending.size))}</Numbers>
          </Text>
          {moving && sending.speed > 0 && (
            <Text size="sm">
              <Numbers>{format.speed(sending.speed)}</Numbers>
            </Text>
          )}
          {moving && left !== null && (
            <Text size="sm" c="dimmed">
              {text.common.left(format.duration(left))}
            </Text>
          )}
        </Group>
        <div role="status">{sending.retrying && <Text size="sm">{words.retrying}</Text>}</div>
        {sending.error !== null && <ErrorAlert error={sending.error} />}
      </Stack>
    </Card>
  );
}

const ICONS = { sending: "pause", paused: "play", failed: "retry" } as const;

function SendingButtons({ sending }: { sending: Sending }) {
  const text = useText();
  const words = text.datasets.upload;
  const confirm = useConfirm();
  const { key, fileName, state } = sending;
  const button = { size: "xs", variant: "default" } as const;
  // One button, which keeps the focus.
  const next = { sending: text.common.pause, paused: text.common.resume, failed: text.common.retry };
  const complete = sending.sent >= sending.size;
  return (
    <Group gap="xs">
      {state !== "importing" && (
        <Button
          {...button}
          leftSection={<Icon name={ICONS[state]} size={14} />}
          aria-label={`${next[state]}: ${fileName}`}
          onClick={() => (state === "sending" ? uploads.pause(key) : uploads.resume(key))}
        >
          {next[state]}
        </Button>
      )}
      {state === "failed" && complete && (
        <Button {...button} onClick={() => uploads.drop(key)}>
          {words.rename}
        </Button>
      )}
      {state !== "importing" && (
        <Button
          {...button}
          leftSection={<Icon name="close" size={14} />}
          aria-label={`${words.cancel}: ${fileName}`}
          onClick={() =>
            confirm({
              title: words.cancel,
              children: words.cancelSure(fileName),
              confirm: words.cancel,
              onConfirm: () => void uploads.cancel(key).catch((error: unknown) => tellError(text, error)),
            })
          }
        >
          {words.cancel}
        </Button>
      )}
    </Group>
  );
}
