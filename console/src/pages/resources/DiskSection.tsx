import { ColorSwatch, Group, Progress, Stack, Text, useComputedColorScheme } from "@mantine/core";
import type { DiskStatus } from "../../api/schema";
import { useSystem } from "../../api/system";
import { lineStyle } from "../../parts/chart/colors";
import { Bytes, Percent } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { PartName } from "./diskParts";
import { diskParts } from "./diskParts";

/** The disk as one bar: what of it is whose, and what is free. */
export function DiskSection() {
  const text = useText();
  return (
    <Section title={text.resources.disk.title}>
      <Loaded query={useSystem()}>{({ disk }) => <Disk disk={disk} />}</Loaded>
    </Section>
  );
}

const ORDER: PartName[] = ["models", "datasets", "checkpoints", "audio", "uploads", "temporary"];

function Disk({ disk }: { disk: DiskStatus }) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.disk;
  const dark = useComputedColorScheme("light") === "dark";
  const parts = diskParts(disk);
  const colorOf = (name: PartName) =>
    name === "others" ? "var(--mantine-color-gray-6)" : lineStyle(ORDER.indexOf(name), dark).color;
  const nameOf = (name: PartName) => (name === "others" ? words.others : words.parts[name]);
  const full = disk.total - disk.free;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text>{words.use(format.bytes(full), format.bytes(disk.total))}</Text>
        <Text c="dimmed">
          <Percent value={disk.total ? (100 * full) / disk.total : 0} />
        </Text>
      </Group>
      <Progress.Root size="xl" aria-hidden>
        {parts.map((part) => (
          <Progress.Section key={part.name} value={part.percent} color={colorOf(part.name)} aria-hidden />
        ))}
      </Progress.Root>
      <Group gap="lg" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {parts.map((part) => (
          <Group key={part.name} gap={6} component="li">
            <ColorSwatch color={colorOf(part.name)} size={12} withShadow={false} aria-hidden />
            <Text size="sm">{nameOf(part.name)}</Text>
            <Text size="sm" c="dimmed">
              <Bytes value={part.bytes} />
            </Text>
          </Group>
        ))}
        <Group gap={6} component="li">
          <Text size="sm">{words.free}</Text>
          <Text size="sm" c="dimmed">
            <Bytes value={disk.free} />
          </Text>
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        {disk.used
          ? disk.age != null && disk.age >= 1 && words.age(format.duration(Math.round(disk.age)))
          : words.counting}
      </Text>
    </Stack>
  );
}
