// The open approval requests and questions.
import type { OpenRequest } from "../../api.js";
import { ApprovalCard } from "./approval-card.js";
import { ElicitationCard } from "./elicitation-card.js";
import { QuestionsCard } from "./questions-card.js";

export function Requests({ requests, hasControl }: { requests: readonly OpenRequest[]; hasControl: boolean }) {
  return (
    <section class="requests" aria-label="Waiting for an answer" aria-live="polite">
      {requests.map((open) => {
        switch (open.kind) {
          case "approval":
            return <ApprovalCard key={open.id} open={open} hasControl={hasControl} />;
          case "questions":
            return <QuestionsCard key={open.id} open={open} hasControl={hasControl} />;
          case "elicitation":
            return <ElicitationCard key={open.id} open={open} hasControl={hasControl} />;
        }
      })}
    </section>
  );
}
