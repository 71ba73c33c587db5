package dev.flint.agent.instance;

import dev.flint.agent.instance.Mount.Kind;
import dev.flint.agent.instance.RestartRule.When;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An {@link InstanceSpec} as JSON, on disk and between the agent and its clients. */
public final class SpecDocument {
  private SpecDocument() {}

  /** Writes. */
  public static JsonObject write(InstanceSpec spec) {
    List<String> env = new ArrayList<>();
    spec.env().forEach((name, value) -> env.add(name + "=" + value));
    List<JsonObject> mounts = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      mounts.add(
          JsonObject.empty()
              .with("source", mount.source().toString())
              .with("target", mount.target())
              .with("readOnly", mount.readOnly())
              .with("kind", mount.kind().name()));
    }
    JsonObject json =
        JsonObject.empty()
            .with("id", spec.id().text())
            .with("image", spec.image())
            .withStrings("command", spec.command())
            .withStrings("args", spec.args())
            .withStrings("env", env)
            .with("workingDir", spec.workingDir())
            .with("milliCpus", spec.resources().milliCpus())
            .with("memoryBytes", spec.resources().memoryBytes())
            .with("requestedMilliCpus", spec.resources().requestedMilliCpus())
            .with("requestedBytes", spec.resources().requestedBytes())
            .with("network", network(spec.network()))
            .withObjects("mounts", mounts)
            .with("restart", spec.restart().when().name())
            .with("maxRetries", spec.restart().maxRetries())
            .with("stopGraceMillis", spec.stopGrace().toMillis())
            .withMap("labels", spec.labels());
    JsonObject whole = PortDocument.put(json, spec.ports());
    return spec.extras().put(SecurityDocument.put(whole, spec.security()));
  }

  /**
   * Reads.
   *
   * @throws FlintException PROTOCOL if the document is not a spec
   */
  public static InstanceSpec read(JsonObject json) throws FlintException {
    try {
      return new InstanceSpec(
          new InstanceId(json.requiredString("id")),
          json.requiredString("image"),
          json.strings("command"),
          json.strings("args"),
          env(json),
          json.string("workingDir").orElse(""),
          new Resources(
              Math.toIntExact(json.integer("milliCpus").orElse(0)),
              json.integer("memoryBytes").orElse(0),
              // Older agents wrote a request as the limit, and so it was.
              Math.toIntExact(json.integer("requestedMilliCpus").orElse(0)),
              json.integer("requestedBytes").orElse(0)),
          network(json.object("network").orElseThrow(() -> json.missing("network"))),
          PortDocument.read(json),
          mounts(json),
          new RestartRule(
              When.valueOf(json.requiredString("restart")),
              Math.toIntExact(json.integer("maxRetries").orElse(0))),
          Duration.ofMillis(json.integer("stopGraceMillis").orElse(0)),
          json.stringMap("labels"),
          SecurityDocument.read(json),
          Extras.read(json));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new FlintException(ErrorCode.PROTOCOL, "no instance: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> env(JsonObject json) throws FlintException {
    Map<String, String> env = new LinkedHashMap<>();
    for (String entry : json.strings("env")) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw json.wrong("env", "a list of NAME=VALUE");
      }
      env.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    return env;
  }

  private static List<Mount> mounts(JsonObject json) throws FlintException {
    List<Mount> mounts = new ArrayList<>();
    for (JsonObject mount : json.objects("mounts")) {
      try {
        mounts.add(
            new Mount(
                Path.of(mount.requiredString("source")),
                mount.requiredString("target"),
                mount.flag("readOnly"),
                Kind.valueOf(mount.requiredString("kind"))));
      } catch (InvalidPathException e) {
        throw mount.wrong("source", "a path");
      }
    }
    return mounts;
  }

  private static JsonObject network(Network network) {
    JsonObject json = JsonObject.empty();
    if (network instanceof Network.Tap tap) {
      return json.with("kind", "tap")
          .with("name", tap.device())
          .with("address", tap.address().text());
    }
    if (network instanceof Network.Bridge bridge) {
      return json.with("kind", "bridge")
          .with("name", bridge.device())
          .with("address", bridge.address().text());
    }
    if (network instanceof Network.Cni cni) {
      return json.with("kind", "cni").with("name", cni.name());
    }
    if (network instanceof Network.Joined joined) {
      return json.with("kind", "joined").with("name", joined.instance().text());
    }
    if (network instanceof Network.None) {
      return json.with("kind", "none");
    }
    if (network instanceof Network.User) {
      return json.with("kind", "user");
    }
    return json.with("kind", network instanceof Network.Host ? "host" : "usual");
  }

  private static Network network(JsonObject json) throws FlintException {
    return switch (json.requiredString("kind")) {
      case "none" -> new Network.None();
      case "user" -> new Network.User();
      case "host" -> new Network.Host();
      case "usual" -> new Network.Usual();
      case "tap" -> new Network.Tap(json.requiredString("name"), address(json));
      case "bridge" -> new Network.Bridge(json.requiredString("name"), address(json));
      case "cni" -> new Network.Cni(json.requiredString("name"));
      case "joined" -> new Network.Joined(new InstanceId(json.requiredString("name")));
      default -> throw json.wrong("kind", "a kind of network");
    };
  }

  private static GuestAddress address(JsonObject json) throws FlintException {
    return GuestAddress.parse(json.string("address").orElse(""));
  }
}
