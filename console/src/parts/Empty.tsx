import { Card, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../text";
import { CommandLine } from "./CommandLine";

interface Props {
  title: string;
  text?: string;
  /** The one thing to do now. */
  action?: ReactNode;
  /** The same as a command. */
  command?: string;
}

export function Empty({ title, text, action, command }: Props) {
  const words = useText();
  return (
    <Card withBorder padding="xl">
      <Stack align="center" gap="sm">
        <Text fw={600}>{title}</Text>
        {text && (
          <Text c="dimmed" ta="center">
            {text}
          </Text>
        )}
        {action}
        {command && (
          <Stack gap={4} align="center" maw="100%">
            <Text size="xs" c="dimmed">
              {words.common.terminal}
            </Text>
            <CommandLine command={command} />
          </Stack>
        )}
      </Stack>
    </Card>
  );
}
