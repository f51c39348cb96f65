import { Anchor, Badge, Card, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { CatalogItem } from "../../api/schema";
import type { RepoType } from "../../api/sources";
import { Bytes, Id, Name } from "../../parts/inline";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { LicenceBadge } from "./LicenceBadge";

interface Props {
  id: string;
  type: RepoType;
  name: string;
  about?: string;
  kind: string;
  licence?: string | null;
  licenceClass?: CatalogItem["licenseClass"];
  size?: number | null;
  installed?: boolean;
  problem?: boolean;
  gated?: boolean;
  isPrivate?: boolean;
  allowed?: boolean;
  downloads?: number;
  likes?: number;
}

/** A repository in a list: its name leads to its page. */
export function RepoCard(props: Props) {
  const text = useText();
  const format = useFormat();
  const words = text.hub;
  return (
    <Card withBorder component="article" padding="md">
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Anchor
            renderRoot={(link) => (
              <Link to="/hub" search={(old) => ({ ...old, id: props.id, type: props.type })} {...link} />
            )}
            fw={600}
          >
            <Name>{props.name}</Name>
          </Anchor>
          <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
            {props.installed && <Badge color="green">{words.installed}</Badge>}
            {props.problem && <Badge color="red">{words.damaged}</Badge>}
          </Group>
        </Group>
        {props.name !== props.id && (
          <Text size="sm">
            <Id>{props.id}</Id>
          </Text>
        )}
        {props.about && (
          <Text size="sm" c="dimmed" lineClamp={2} dir="auto">
            {props.about}
          </Text>
        )}
        <Group gap="xs">
          <Badge color="cyan">{props.kind}</Badge>
          <LicenceBadge licence={props.licence} licenceClass={props.licenceClass} />
          {props.gated && props.licenceClass !== "gated" && <Badge color="yellow">{words.gated}</Badge>}
          {props.isPrivate && <Badge color="yellow">{words.private}</Badge>}
          {props.allowed === false && <Badge color="gray">{words.notAllowed}</Badge>}
          {props.size !== undefined && (
            <Text size="sm" c="dimmed">
              {props.size === null ? words.sizeUnknown : <Bytes value={props.size} />}
            </Text>
          )}
          {props.downloads !== undefined && (
            <Text size="sm" c="dimmed">
              {words.downloadsCount}: {format.integer(props.downloads)}
            </Text>
          )}
          {props.likes !== undefined && (
            <Text size="sm" c="dimmed">
              {words.likes}: {format.integer(props.likes)}
            </Text>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
