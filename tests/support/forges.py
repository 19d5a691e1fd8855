# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the recipes as GitHub and GitLab do: jobs in clean directories, with conditions, caches and artifacts.

Shell steps of a recipe run unchanged, in their own environment. Other actions are replaced: a checkout is a copy of the
repository, caches and artifacts are directories.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.collection import ROOT
from tests.support.pages import STAND_INS

RECIPES = ROOT / "docs" / "recipes"
TIMEOUT = 120  # seconds for one step
COMMENT = 'printf "%s\\n" "$@" > "$COMMENTS/arguments"; cp report.md "$COMMENTS/body"'
PROGRAMS = {"pip": STAND_INS["pip"], "gh": COMMENT, "curl": COMMENT}


@dataclass(frozen=True)
class Step:
    """Hold a script, or paths to copy from or to a store. `when` is success, failure or always."""

    kind: str
    script: str = ""
    paths: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    when: str = "success"


def holds(condition: str, values: Mapping[str, str]) -> bool:
    """Return whether a condition of `==`, `&&` and `||` is true."""

    def value(words: str) -> str:
        words = words.strip()
        return words[1:-1] if words[0] in "'\"" else values[words.removeprefix("$")]

    def atom(words: str) -> bool:
        left, right = words.split("==")
        return value(left) == value(right)

    return any(all(map(atom, part.split("&&"))) for part in condition.split("||"))


class Forge(ABC):
    """Run jobs for a repository with its secrets. `said` has the output of all jobs."""

    recipe: str

    def __init__(self, repository: Path, place: Path, environment: Mapping[str, str], secrets: Mapping[str, str]):
        self.repository, self.place, self.secrets = repository, place, secrets
        self.file: dict[str, Any] = yaml.safe_load((RECIPES / self.recipe).read_text(encoding="utf-8"))
        self.said = ""
        self.comments, self._programs = place / "comments", place / "programs"
        for path in (self.comments, self._programs, place / "cache"):
            path.mkdir(parents=True)
        for name, body in PROGRAMS.items():
            (self._programs / name).write_text(f"#!/bin/sh\nset -e\n{body}\n", encoding="utf-8")
            (self._programs / name).chmod(0o755)
        programs = f"{self._programs}{os.pathsep}{environment['PATH']}"
        self._environment = {**environment, "PATH": programs, "COMMENTS": str(self.comments)}
        self._jobs = 0

    @abstractmethod
    def jobs(self, event: str) -> Iterator[tuple[str, Mapping[str, str], list[Step]]]:
        """Yield the jobs of an event in order: name, environment and steps."""

    def run(self, event: str) -> dict[str, bool]:
        """Run a pipeline; return whether each job succeeded, by name. Stop after a failed job."""
        shutil.rmtree(self.place / "artifacts", ignore_errors=True)
        done = {}
        for name, environment, steps in self.jobs(event):
            done[name] = self._run(environment, steps)
            if not done[name]:
                break
        return done

    def _run(self, environment: Mapping[str, str], steps: Sequence[Step]) -> bool:
        self._jobs += 1
        here = self.place / f"job-{self._jobs}"
        shutil.copytree(self.repository, here)
        own = self._environment | dict(environment)
        own |= {"HOME": str(here), "ANSIBLE_COLLECTIONS_PATH": str(here / ".ansible" / "collections")}
        good = True
        for step in steps:
            if step.when == "always" or good == (step.when == "success"):
                good = self._step(step, here, {**own, **step.environment}) and good
        return good

    def _step(self, step: Step, here: Path, environment: Mapping[str, str]) -> bool:
        if step.kind == "script":
            command = ["bash", "-e", "-o", "pipefail", "-c", step.script]
            done = subprocess.run(
                command, cwd=here, env=environment, check=False, capture_output=True, text=True, timeout=TIMEOUT
            )
            self.said += f"$ {step.script}\n{done.stdout}{done.stderr}\n"
            return done.returncode == 0
        way, store = step.kind.split("-")
        source, target = self.place / store, here
        if way == "put":
            source, target = target, source
        for path in step.paths:
            if (source / path).is_dir():
                shutil.copytree(source / path, target / path, dirs_exist_ok=True)
            elif (source / path).exists():
                target.mkdir(exist_ok=True)
                shutil.copy2(source / path, target / path)
            elif store == "artifacts":
                return False  # a missing artifact is an error in both forges
        return True


class GitHub(Forge):
    """Run workflows of GitHub Actions."""

    recipe = "github.yml"

    def jobs(self, event: str) -> Iterator[tuple[str, Mapping[str, str], list[Step]]]:
        """Yield the jobs whose `if` is true."""
        fork = "github.event.pull_request.head.repo.full_name"
        values = {"github.event_name": event, "github.repository": "example/numbers", fork: ""}
        values |= {fork: "example/numbers", "github.event.number": "7"} if event == "pull_request" else {}
        values |= {"github.token": "EXAMPLE-TOKEN", **{f"secrets.{name}": text for name, text in self.secrets.items()}}
        for name, job in self.file["jobs"].items():
            if holds(job["if"], values):
                summary = {"GITHUB_STEP_SUMMARY": str(self.place / "summary.md")}
                yield name, {**_filled(self.file["env"], values), **summary}, list(_steps(job["steps"], values))


def _filled(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values.get(match[1], ""), text)
        for name, text in environment.items()
    }


def _steps(steps: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> Iterator[Step]:
    for step in steps:
        status, _, condition = str(step.get("if", "success()")).partition(" && ")
        if condition and not holds(condition, values):
            continue
        when = status.removesuffix("()")
        if "run" in step:
            assert "${{" not in step["run"]  # text of other people must not become part of a script
            yield Step("script", step["run"], environment=_filled(step.get("env", {}), values), when=when)
        else:
            yield from _action(step["uses"].partition("@")[0], step.get("with", {}), when)


STORES = {
    "actions/cache/restore": "get-cache",
    "actions/cache/save": "put-cache",
    "actions/upload-artifact": "put-artifacts",
}


def _action(name: str, options: Mapping[str, Any], when: str) -> Iterator[Step]:
    if name == "actions/download-artifact":
        yield Step("get-artifacts", paths=["numbers.plan"], when=when)
    elif name not in ("actions/checkout", "actions/setup-python"):
        yield Step(STORES[name], paths=[options["path"]], when=when)


class GitLab(Forge):
    """Run pipelines of GitLab."""

    recipe = "gitlab.yml"

    def jobs(self, event: str) -> Iterator[tuple[str, Mapping[str, str], list[Step]]]:
        """Yield the jobs with a rule that is true, including jobs that a person starts."""
        source = "merge_request_event" if event == "pull_request" else event
        ours = {"CI_PIPELINE_SOURCE": source, "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
        ours |= {"CI_API_V4_URL": "https://gitlab.example.org/api/v4", "CI_PROJECT_ID": "3"}
        ours |= {"CI_MERGE_REQUEST_IID": "7"} if event == "pull_request" else {}
        usual = self.file["default"]
        for name in (name for stage in self.file["stages"] for name in self.file if name == stage):
            job = self.file[name]
            if any(holds(rule["if"], ours) for rule in job["rules"]):
                yield name, {**self.file["variables"], **ours, **self.secrets}, list(self._of(job, usual))

    def _of(self, job: Mapping[str, Any], usual: Mapping[str, Any]) -> Iterator[Step]:
        cache = job.get("cache", usual["cache"])
        yield Step("get-cache", paths=cache["paths"])
        for needed in job.get("needs", ()):
            yield Step("get-artifacts", paths=self.file[needed]["artifacts"]["paths"])
        yield Step("script", "\n".join([*usual["before_script"], *job["script"]]))
        if "after_script" in job:
            yield Step("script", "\n".join(job["after_script"]) + " || true", when="always")
        if cache["policy"] == "pull-push":
            yield Step("put-cache", paths=cache["paths"], when="always" if cache.get("when") == "always" else "success")
        if "artifacts" in job:
            when = job["artifacts"].get("when", "on_success").removeprefix("on_")
            yield Step("put-artifacts", paths=job["artifacts"]["paths"], when=when)
