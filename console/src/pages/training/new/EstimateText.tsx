import { Anchor, List, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Name, Numbers } from "../../../parts/inline";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import type { Estimate } from "./estimate";

const MB = 1e6;

/** What an earlier run of the same kind lets one expect. Nothing is shown where nothing is known. */
export function EstimateText({ estimate }: { estimate: Estimate | null }) {
  const words = useText().newTraining;
  const format = useFormat();
  if (!estimate) return null;
  const { run, seconds, stepsPerEpoch, memoryMb, gpuMemoryMb, otherBatch } = estimate;
  return (
    <Stack gap={4}>
      <Text>
        {words.estimate}{" "}
        <Anchor component={Link} to={`/training/${run.id}`}>
          <Name>{run.name}</Name>
        </Anchor>{" "}
        <Numbers>{words.samplesPerSecond(format.number(run.throughput ?? 0, 3))}</Numbers>
      </Text>
      <List size="sm">
        {seconds !== null && <List.Item>{words.time(format.duration(seconds))}</List.Item>}
        {stepsPerEpoch !== null && <List.Item>{words.stepsPerEpoch(format.integer(stepsPerEpoch))}</List.Item>}
        {memoryMb !== null && <List.Item>{words.memory(format.bytes(memoryMb * MB))}</List.Item>}
        {gpuMemoryMb !== null && <List.Item>{words.gpuMemory(format.bytes(gpuMemoryMb * MB))}</List.Item>}
        {otherBatch !== null && <List.Item>{words.otherBatch(format.integer(otherBatch))}</List.Item>}
      </List>
    </Stack>
  );
}
