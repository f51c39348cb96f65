import { Alert, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
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

/** A repository of the Hub that is not in the catalog. */
export function HubCardPage({ repo, type }: { repo: string; type: RepoType }) {
  const card = useQuery(cardQuery(repo, type));
  const gated = card.error !== null && needsAccess(asApiError(card.error));
  if (gated) return <AccessHelp repo={repo} type={type} onStored={() => void card.refetch()} />;
  return (
    <Stack gap="lg">
      <Loaded query={card} lines={8}>
        {(found) => (
          <>
            {found.allowed ? (
              <DownloadSection id={found.id} repo={found.id} type={type} installed={false} />
            ) : (
              <NotListed card={found} />
            )}
            <CardFacts card={found} />
            <FilesSection files={found.files} count={found.fileCount} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function NotListed({ card }: { card: HubCard }) {
  const text = useText();
  const admin = useIsAdmin();
  const flag = card.repoType === "dataset" ? "--dataset" : "--kind tts";
  return (
    <Alert color="yellow" icon={<Icon name="info" />} title={text.hub.notListed.title}>
      <Stack gap="sm" align="flex-start">
        {text.hub.notListed.text}
        {admin && <AddRepository repo={card.id} type={card.repoType} />}
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
