import { Anchor } from "@mantine/core";
import type { CatalogItem } from "../../api/schema";
import { Facts } from "../../parts/Facts";
import { Bytes, Id } from "../../parts/inline";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { hubPage } from "./access";
import { LicenceBadge } from "./LicenceBadge";

export function EntryFacts({ entry }: { entry: CatalogItem }) {
  const text = useText();
  const words = text.hub;
  const type = entry.repoType ?? "model";
  return (
    <Section title={words.facts}>
      <Facts
        facts={[
          { name: words.repository, value: <Id>{entry.repoId}</Id> },
          {
            name: words.onHub,
            value: (
              <Anchor href={hubPage(entry.repoId, type)} target="_blank" rel="noreferrer">
                <bdi>huggingface.co</bdi>
              </Anchor>
            ),
          },
          { name: words.licence, value: <LicenceBadge licence={entry.license} licenceClass={entry.licenseClass} /> },
          { name: text.common.size, value: entry.size == null ? words.sizeUnknown : <Bytes value={entry.size} /> },
          { name: words.languages, value: list(entry.language) },
          { name: words.tags, value: list(entry.tags) },
          { name: words.formats, value: list(entry.trust) },
          { name: words.revision, value: entry.revision && <Id>{entry.revision}</Id> },
          { name: words.commit, value: entry.commit ? <Id>{entry.commit}</Id> : words.follows },
          { name: words.installedCommit, value: entry.installedCommit && <Id>{entry.installedCommit}</Id> },
          {
            name: words.unverified,
            value: entry.unverified?.length ? words.unverifiedFields(entry.unverified.join(", ")) : null,
          },
        ]}
      />
    </Section>
  );
}

function list(items: string[] | undefined) {
  return items?.length ? <bdi>{items.join(", ")}</bdi> : null;
}
