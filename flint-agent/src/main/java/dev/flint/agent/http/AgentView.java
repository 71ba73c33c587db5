package dev.flint.agent.http;

import dev.flint.agent.node.PodReport;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.supervise.Supervisor;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What is shown.
 *
 * @param disk the folder whose file system fills up with images and instances
 * @param proc the kernel's {@code /proc}
 */
public record AgentView(
    Supervisor supervisor,
    PodReport pods,
    HostFacts host,
    Path disk,
    Path proc,
    InstantSource clock) {}
