"""The files of docker/: what can be said of them without an engine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from assets.ray_environment import PASSED_ON

ROOT = Path(__file__).parents[1]
DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
GPU = yaml.safe_load((DOCKER / "compose.gpu.yaml").read_text())
DOCKERFILE = (DOCKER / "Dockerfile").read_text()


def targets() -> dict[str, str]:
    """The stages of the Dockerfile by name, with what they do."""
    found = re.split(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, flags=re.M)[1:]
    return {name: f"FROM {source}\n{text}" for source, name, text in zip(*[iter(found)] * 3, strict=True)}


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_has_a_health_check_a_user_and_nothing_to_gain(name: str):
    service = COMPOSE["services"][name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert re.search(r":\d+\.\d+", service["image"]), "a version, never latest"


def test_who_waits_for_whom_and_what_is_kept():
    services = COMPOSE["services"]
    for name in ("web", "daemon"):
        assert services[name]["depends_on"] == {
            "postgres": {"condition": "service_healthy"},
            "code": {"condition": "service_healthy"},
        }
    used = {volume.split(":")[0] for service in services.values() for volume in service["volumes"]}
    assert {name for name in used if not name.startswith("..")} == set(COMPOSE["volumes"])
    assert all((DOCKER / name).exists() for name in used if name.startswith(".."))
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:3000:3000"]}


def test_there_is_no_password_but_the_environments():
    secret = re.compile(r"\$\{DAGSTER_POSTGRES_PASSWORD:\?[^}]+\}")
    for service in COMPOSE["services"].values():
        passwords = [value for key, value in service["environment"].items() if key.endswith("PASSWORD")]
        assert passwords and all(secret.fullmatch(value) for value in passwords)
    assert "PASSWORD" not in DOCKERFILE


def test_images_are_those_of_the_dockerfile_which_are_nobodys_root():
    stages = targets()
    assert list(stages) == ["base", "system", "code", "gpu"]
    assert re.match(r"FROM python:3\.11\.\d+-slim-bookworm\n", stages["base"])
    built = [service for service in (*COMPOSE["services"].values(), *GPU["services"].values()) if "build" in service]
    assert {service["build"]["target"] for service in built} == set(stages) - {"base"}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for service in built:
        assert service["image"] == f"t2s-{service['build']['target']}:{version}"
        assert re.findall(r"^USER (\S+)$", stages[service["build"]["target"]], re.M)[-1] == "10001:10001"


def test_what_the_dockerfile_copies_is_there_and_let_through():
    ignored = (ROOT / ".dockerignore").read_text().split()
    for sources in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.M):
        for source in sources.split():
            assert (ROOT / source).exists() and source.split("/")[0] not in ignored, source
    assert {".git", ".venv*", "data", "dagster_home"} <= set(ignored)


def test_vllm_is_the_version_that_the_documents_name():
    (version,) = re.findall(r"vllm==(\S+)", targets()["gpu"])
    assert f"vllm=={version}" in (ROOT / "docs" / "models.md").read_text()


def test_the_gpu_is_a_second_location_of_the_same_commands():
    gpu, code = GPU["services"]["gpu"], COMPOSE["services"]["code"]
    assert gpu["extends"] == {"file": "compose.yaml", "service": "code"}
    others = [(a, b) for a, b in zip(gpu["command"], code["command"], strict=True) if a != b]
    assert others == [(next(w for w in gpu["command"] if "attribute" in w), "--attribute=${T2S_EXPERIMENT:-demo}")]
    assert gpu["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]
    for name in ("web", "daemon"):
        added = GPU["services"][name]["command"][len(COMPOSE["services"][name]["command"]) :]
        assert added == ["--workspace", "workspace.gpu.yaml"]


@pytest.mark.parametrize(("file", "service"), [("workspace.yaml", "code"), ("workspace.gpu.yaml", "gpu")])
def test_workspaces_name_the_services(file: str, service: str):
    (location,) = yaml.safe_load((DOCKER / file).read_text())["load_from"]
    known = {**COMPOSE["services"], **GPU["services"]}
    server = location["grpc_server"]
    assert server["host"] == service and f"--port={server['port']}" in known[service]["command"]


def test_the_instance_is_that_of_a_checkout_with_its_storage_in_postgresql():
    here = yaml.safe_load((ROOT / "dagster_home" / "dagster.yaml").read_text())
    there = yaml.safe_load((DOCKER / "dagster.yaml").read_text())
    database = there.pop("storage")["postgres"]["postgres_db"]
    assert there == here
    asked = {value["env"] for value in database.values() if isinstance(value, dict)}
    assert asked <= set(COMPOSE["services"]["code"]["environment"])
    assert database["password"] == {"env": "DAGSTER_POSTGRES_PASSWORD"}


def test_the_instance_on_ray_is_that_of_postgresql_with_runs_as_jobs():
    """The limit of the pool is that of the runs, or what needs a GPU would come one at a time."""
    there = yaml.safe_load((DOCKER / "dagster.ray.yaml").read_text())
    postgresql = yaml.safe_load((DOCKER / "dagster.yaml").read_text())
    launcher = there.pop("run_launcher")
    assert (launcher["module"], launcher["class"]) == ("dagster_ray", "RayRunLauncher")
    assert set(launcher["config"]["ray"].pop("env_vars")) == set(PASSED_ON)
    assert launcher["config"] == {"ray": {"address": {"env": "RAY_API_SERVER_ADDRESS"}, "num_cpus": 1}}
    assert there.pop("run_retries")["retry_on_asset_or_op_failure"] is False
    at_once = there["concurrency"].pop("runs")["max_concurrent_runs"]
    assert there["concurrency"]["pools"].pop("default_limit") == at_once
    assert postgresql["concurrency"]["pools"].pop("default_limit") == 1
    assert there == postgresql
