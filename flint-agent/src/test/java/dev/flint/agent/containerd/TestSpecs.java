package dev.flint.agent.containerd;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Wishes for containers. */
final class TestSpecs {
  static final InstanceId ID = new InstanceId("web");

  private TestSpecs() {}

  /** What no containerd has to know. */
  static ContainerPlan plan(String id) {
    JsonObject linux = JsonObject.empty().with("cgroupsPath", "/none-" + id);
    return new ContainerPlan(
        id,
        JsonObject.empty().with("linux", linux),
        List.of(),
        new ExecStreams("/none", "/none", "/none", false),
        Signals.TERM,
        null,
        List.of(),
        false,
        null);
  }

  static InstanceSpec args(String... args) {
    return of(
        List.of(),
        List.of(args),
        Map.of(),
        "",
        Resources.UNSAID,
        new Network.Usual(),
        List.of(),
        List.of());
  }

  static InstanceSpec command(String... command) {
    return of(
        List.of(command),
        List.of(),
        Map.of(),
        "",
        Resources.UNSAID,
        new Network.Usual(),
        List.of(),
        List.of());
  }

  static InstanceSpec withArgs(InstanceSpec spec, String... args) {
    return of(
        spec.command(),
        List.of(args),
        spec.env(),
        spec.workingDir(),
        spec.resources(),
        spec.network(),
        spec.ports(),
        spec.mounts());
  }

  static InstanceSpec withEnv(InstanceSpec spec, Map<String, String> env, String workingDir) {
    return of(
        spec.command(),
        spec.args(),
        env,
        workingDir,
        spec.resources(),
        spec.network(),
        spec.ports(),
        spec.mounts());
  }

  static InstanceSpec withMounts(InstanceSpec spec, List<Mount> mounts) {
    return of(
        spec.command(),
        spec.args(),
        spec.env(),
        spec.workingDir(),
        spec.resources(),
        spec.network(),
        spec.ports(),
        mounts);
  }

  static InstanceSpec withResources(InstanceSpec spec, Resources resources) {
    return of(
        spec.command(),
        spec.args(),
        spec.env(),
        spec.workingDir(),
        resources,
        spec.network(),
        spec.ports(),
        spec.mounts());
  }

  static InstanceSpec withNetwork(InstanceSpec spec, Network network, List<PortForward> ports) {
    return of(
        spec.command(),
        spec.args(),
        spec.env(),
        spec.workingDir(),
        spec.resources(),
        network,
        ports,
        spec.mounts());
  }

  private static InstanceSpec of(
      List<String> command,
      List<String> args,
      Map<String, String> env,
      String workingDir,
      Resources resources,
      Network network,
      List<PortForward> ports,
      List<Mount> mounts) {
    return new InstanceSpec(
        ID,
        "example.com/busybox:1",
        command,
        args,
        env,
        workingDir,
        resources,
        network,
        ports,
        mounts,
        RestartRule.NEVER,
        Duration.ofSeconds(10),
        Map.of());
  }
}
