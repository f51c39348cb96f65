import { ActionIcon, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { useText } from "../text";
import { copyText } from "./clipboard";
import { Icon } from "./Icon";

export function CopyButton({ value, label }: { value: string; label?: string }) {
  const text = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    const timer = copied ? setTimeout(() => setCopied(false), 2000) : undefined;
    return () => clearTimeout(timer);
  }, [copied]);
  const name = copied ? text.common.copied : (label ?? text.common.copy);
  return (
    <Tooltip label={name}>
      <ActionIcon variant="subtle" color="gray" aria-label={name} onClick={() => void copyText(value).then(setCopied)}>
        <Icon name={copied ? "check" : "copy"} />
      </ActionIcon>
    </Tooltip>
  );
}
