import { Group, Stack, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useText } from "../text";
import { useProgressTitle } from "./progressTitle";

interface Props {
  title: string;
  /** Beside the heading: buttons of the whole page. */
  actions?: ReactNode;
  /** 0 to 100, in the tab's title: of what this page is about, null if it does not run. Else of all that runs. */
  progress?: number | null;
  children: ReactNode;
}

/** A page: its heading, its actions, its place in the tab's title. */
export function Page({ title, actions, progress, children }: Props) {
  const text = useText();
  const percent = useProgressTitle(progress);
  useDocumentTitle(`${percent}${title} · ${text.common.product}`);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" gap="sm">
        <Title order={1} size="h2" dir="auto" style={{ overflowWrap: "anywhere" }}>
          {title}
        </Title>
        {actions && (
          <Group gap="xs" className="no-print">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Stack>
  );
}
