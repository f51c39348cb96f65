import { Progress, Stack, Text } from "@mantine/core";
import type { GpuStatus } from "../../api/schema";
import type { System } from "../../api/system";
import { useSystem } from "../../api/system";
import { Facts } from "../../parts/Facts";
import { Id, Name, Numbers } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

/** Memory, processors and GPUs, live. */
export function MachineSection() {
  const text = useText();
  return (
    <Section title={text.resources.machine.title}>
      <Loaded query={useSystem()}>{(system) => <Machine system={system} />}</Loaded>
    </Section>
  );
}

function Machine({ system }: { system: System }) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.machine;
  const { memory, processors, gpus } = system;
  const [one, five, fifteen] = processors.load.map((value) => format.number(value, 3));
  return (
    <Stack>
      <Facts
        facts={[
          { name: words.version, value: <Id>{system.version}</Id> },
          {
            name: words.memory,
            value: memory && <Bar label={words.memory} used={memory.total - memory.available} total={memory.total} />,
          },
          { name: "", value: memory?.limit && words.limit(format.bytes(memory.limit)) },
          {
            name: words.processors,
            value: (
              <Stack gap={2}>
                {words.cores(format.integer(processors.count))}
                <Text size="sm" c="dimmed">
                  <Numbers>{words.load(one ?? "", five ?? "", fifteen ?? "")}</Numbers>
                </Text>
              </Stack>
            ),
          },
          {
            name: words.gpus,
            value: gpus.length ? (
              <Stack gap="sm">
                {gpus.map((gpu) => (
                  <Gpu key={gpu.id} gpu={gpu} />
                ))}
              </Stack>
            ) : (
              words.noGpu
            ),
          },
        ]}
      />
    </Stack>
  );
}

function Bar({ label, used, total }: { label: string; used: number; total: number }) {
  const format = useFormat();
  const words = useText().resources.machine;
  const percent = total ? (100 * used) / total : 0;
  return (
    <Stack gap={4} maw={420}>
      <Text size="sm">
        <Numbers>{words.memoryUse(format.bytes(used), format.bytes(total))}</Numbers>
      </Text>
      <Progress.Root size="md">
        <Progress.Section value={percent} aria-label={label} aria-valuetext={format.percent(percent)} />
      </Progress.Root>
    </Stack>
  );
}

function Gpu({ gpu }: { gpu: GpuStatus }) {
  const text = useText();
  const format = useFormat();
  const words = text.resources.machine;
  return (
    <Stack gap={4}>
      <Name>{gpu.name}</Name>
      {gpu.memoryUsed != null && gpu.memoryTotal != null && (
        <Bar label={`${words.memory}: ${gpu.name}`} used={gpu.memoryUsed} total={gpu.memoryTotal} />
      )}
      <Text size="sm" c="dimmed">
        {gpu.utilization != null && `${words.utilization}: ${format.percent(gpu.utilization)}. `}
        {gpu.temperature != null && `${words.temperature(format.integer(gpu.temperature))}. `}
        {gpu.services.length > 0 &&
          words.usedBy(format.list(gpu.services.map((service) => text.home.parts[service] ?? service)))}
      </Text>
    </Stack>
  );
}
