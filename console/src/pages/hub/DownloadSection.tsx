import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { downloadsQuery, isActive } from "../../api/jobs";
import type { RepoType } from "../../api/sources";
import { Section } from "../../parts/Section";
import { useText } from "../../text";
import { DownloadCard } from "./DownloadCard";
import { PlanSection } from "./PlanSection";

interface Props {
  id: string;
  repo: string;
  type: RepoType;
  installed: boolean;
  /** In place of the plan, where a new download is not allowed. */
  refused?: ReactNode;
}

/** The download of a repository that runs or has failed; otherwise what a download would fetch. */
export function DownloadSection({ id, repo, type, installed, refused }: Props) {
  const text = useText();
  const jobs = useInfiniteQuery(downloadsQuery).data?.pages.flatMap((page) => page.data) ?? [];
  const newest = jobs.find((job) => job.assetId === id && job.repoType === type);
  if (newest && isActive(newest)) {
    return (
      <Section title={text.hub.download.title}>
        <DownloadCard job={newest} openFiles />
      </Section>
    );
  }
  if (refused) return refused;
  if (installed) return null;
  return (
    <>
      {newest?.state === "failed" && (
        <Section title={text.hub.download.title}>
          <DownloadCard job={newest} />
        </Section>
      )}
      <PlanSection id={id} repo={repo} type={type} />
    </>
  );
}
