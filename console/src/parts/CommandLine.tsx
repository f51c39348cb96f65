import { Box, Code, Group } from "@mantine/core";
import { CopyButton } from "./CopyButton";

/** A command or a piece of code to copy, left to right in both languages. */
export function CommandLine({ command }: { command: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" className="ltr" maw="100%">
      <Box style={{ minWidth: 0, flex: "0 1 auto" }}>
        <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", textAlign: "left" }}>
          {command}
        </Code>
      </Box>
      <CopyButton value={command} />
    </Group>
  );
}
