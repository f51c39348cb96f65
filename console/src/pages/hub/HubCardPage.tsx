import { Alert, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { assetsQuery } from "../../api/assets";
import { asApiError } from "../../api/errors";
import type { HubCard } from "../../api/schema";
import { useIsAdmin } from "../../api/session";
import type { RepoType } from "../../api/sources";
import { cardQuery } from "../../api/sources";
import { CommandLine } from "../../parts/CommandLine";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Bytes, Id } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { AccessHelp } from "./AccessHelp";
import { AddRepository } from "./AddRepository";
import { needsAccess } from "./access";
import { DownloadSection } from "./DownloadSection";
import { FilesSection } from "./FilesSection";
import { LicenceBadge } from "./LicenceBadge";
import { InstalledSection } from "./InstalledSection";
import { kindOf } from "./newEntry";

/** A repository that is not in the catalog: as the Hub knows it, and its copy on the disk if there is one. */
export function HubCardPage({ repo, type }: { repo: string; type: RepoType }) {
  const assets = useQuery(assetsQuery).data?.assets ?? [];
  const installed = assets.some(({ id, kind, status }) => id === repo && kind === type && status !== "downloading");
  return (
    <Stack gap="lg">
      {installed && <InstalledSection copy={{ id: repo, type, name: repo, pinned: null }} />}
      <OnHub repo={repo} type={type} installed={installed} />
    </Stack>
  );
}

function OnHub({ repo, type, installed }: { repo: string; type: RepoType; installed: boolean }) {
  const card = useQuery(cardQuery(repo, type));
  if (card.error !== null && needsAccess(asApiError(card.error))) {
    return <AccessHelp repo={repo} type={type} onStored={() => void card.refetch()} />;
  }
  return (
    <Loaded query={card} lines={8}>
      {(found) => (
        <>
          <DownloadSection
            id={found.id}
            repo={found.id}
            type={type}
            installed={installed}
            refused={found.allowed ? undefined : <NotListed card={found} />}
          />
          <CardFacts card={found} />
          <FilesSection files={found.files} count={found.fileCount} />
        </>
      )}
    </Loaded>
  );
}

function NotListed({ card }: { card: HubCard }) {
  const text = useText();
  const admin = useIsAdmin();
  const kind = kindOf(card.repoType, card.tags);
  const flag = card.repoType === "dataset" ? "--dataset" : `--kind ${kind}`;
  return (
    <Alert color="yellow" icon={<Icon name="info" />} title={text.hub.notListed.title}>
      <Stack gap="sm" align="flex-start">
        {text.hub.notListed.text}
        {admin && <AddRepository repo={card.id} type={card.repoType} kind={kind} />}
        <CommandLine command={`sokhan catalog add ${card.id} ${flag}`} />
      </Stack>
    </Alert>
  );
}

function CardFacts({ card }: { card: HubCard }) {
  const text = useText();
  const format = useFormat();
  const words = text.hub;
  return (
    <Section title={words.facts}>
      <Facts
        facts={[
          { name: words.kind, value: words.types[card.repoType] },
          { name: words.licence, value: <LicenceBadge licence={card.license} licenceClass={card.licenseClass} /> },
          { name: words.gated, value: card.gated && text.common.yes },
          { name: words.private, value: card.private && text.common.yes },
          { name: text.common.size, value: <Bytes value={card.size} /> },
          { name: words.languages, value: card.language.length > 0 && <bdi>{card.language.join(", ")}</bdi> },
          { name: words.tags, value: card.tags.length > 0 && <bdi>{card.tags.join(", ")}</bdi> },
          { name: words.formats, value: card.trust.length > 0 && <bdi>{card.trust.join(", ")}</bdi> },
          { name: words.revision, value: <Id>{card.revision}</Id> },
          { name: words.downloadsCount, value: format.integer(card.downloads) },
          { name: words.likes, value: format.integer(card.likes) },
          { name: words.updatedAt, value: card.updatedAt && format.date(card.updatedAt) },
        ]}
      />
    </Section>
  );
}
