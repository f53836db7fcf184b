// The report of `codex.doctor()`.

/** `skipped`: the check does not apply here, or an earlier failure makes it impossible. */
export type DoctorStatus = "ok" | "warning" | "failure" | "skipped";

/** One checked property of this machine. */
export interface DoctorCheck {
  /** A stable identifier, such as `binary` or `endpoint`. */
  name: string;
  /** The name for people, such as `Codex binary`. */
  title: string;
  status: DoctorStatus;
  /** The result. Does not contain secrets. */
  detail: string;
  /** How to fix it. Present for warnings and failures. */
  fix?: string;
}

/** The result of all checks, in the order in which they ran. */
export interface DoctorReport {
  /** False if at least one check failed. Warnings do not count. */
  ok: boolean;
  /** The version of this package. */
  sdkVersion: string;
  /** The Codex version that this package requires. */
  codexVersion: string;
  checks: DoctorCheck[];
}

/** A check's result before its name and title are added. */
export type Finding = Pick<DoctorCheck, "status" | "detail" | "fix">;

export const ok = (detail: string): Finding => ({ status: "ok", detail });
export const warning = (detail: string, fix: string): Finding => ({ status: "warning", detail, fix });
export const failure = (detail: string, fix: string): Finding => ({ status: "failure", detail, fix });
export const skipped = (detail: string): Finding => ({ status: "skipped", detail });
