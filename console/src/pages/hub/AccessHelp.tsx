import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "../../api/settings";
import type { RepoType } from "../../api/sources";
import { Icon } from "../../parts/Icon";
import { Loaded } from "../../parts/Loading";
import { useText } from "../../text";
import { HubToken } from "../settings/HubTab";
import { hubPage } from "./access";

/** A repository that needs a token or access: both are mended here. */
export function AccessHelp({ repo, type, onStored }: { repo: string; type: RepoType; onStored: () => void }) {
  const text = useText();
  const words = text.hub.access;
  const settings = useQuery(settingsQuery);
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={words.title}>
      <Stack gap="sm">
        <Text size="sm">{words.text}</Text>
        <Anchor href={hubPage(repo, type)} target="_blank" rel="noreferrer" size="sm">
          {words.page}
        </Anchor>
        <Loaded query={settings} lines={2}>
          {({ huggingface }) => <HubToken hasToken={huggingface.hasToken} onStored={onStored} />}
        </Loaded>
      </Stack>
    </Alert>
  );
}
