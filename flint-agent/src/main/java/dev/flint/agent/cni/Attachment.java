package dev.flint.agent.cni;

import dev.flint.agent.instance.PortDocument;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How one container is put into a network: the part of its launch plan by which this is done, and
 * undone by whoever comes later, whatever has become of the host's files.
 *
 * @param container its id for plugins, unique on the host
 * @param pin the file that keeps its network namespace
 * @param path where plugins look for others
 * @param steps in the order of adding
 * @param ports forwarded by the plugins
 */
record Attachment(
    String network,
    String container,
    Path pin,
    String path,
    List<Step> steps,
    List<PortForward> ports) {
  /** The name that every container's device has. */
  static final String DEVICE = "eth0";

  private static final String PORT_MAPPINGS = "portMappings";

  /**
   * One plugin.
   *
   * @param config what it reads, but for the result before
   */
  record Step(Path program, JsonObject config) {}

  Attachment {
    steps = List.copyOf(steps);
    ports = List.copyOf(ports);
  }

  /**
   * Decides it.
   *
   * @throws FlintException NOT_FOUND for a plugin that is not here, UNSUPPORTED for ports that no
   *     plugin of the network forwards
   */
  static Attachment of(
      NetworkList list, CniPlaces places, String container, Path pin, List<PortForward> ports)
      throws FlintException {
    List<Step> steps = new ArrayList<>();
    boolean forwards = ports.isEmpty();
    for (JsonObject plugin : list.plugins()) {
      String type = plugin.requiredString("type");
      JsonObject config =
          plugin
              .without("capabilities")
              .with("cniVersion", list.version())
              .with("name", list.name());
      JsonObject capabilities = plugin.object("capabilities").orElse(JsonObject.empty());
      if (!ports.isEmpty() && capabilities.flag(PORT_MAPPINGS)) {
        forwards = true;
        JsonObject runtime = JsonObject.empty().withObjects(PORT_MAPPINGS, mappings(ports));
        config = config.with("runtimeConfig", runtime);
      }
      Path program =
          places
              .plugin(type)
              .orElseThrow(
                  () ->
                      new FlintException(
                          ErrorCode.NOT_FOUND,
                          "there is no plugin of CNI named " + type + " in " + places.plugins(),
                          "install it, or say where it is: CNI_PATH, --cni-bin"));
      steps.add(new Step(program, config));
    }
    if (!forwards) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the network " + list.name() + " of CNI forwards no ports",
          "add the plugin portmap with the capability portMappings to its list");
    }
    return new Attachment(list.name(), container, pin, places.plugins(), steps, ports);
  }

  private static List<JsonObject> mappings(List<PortForward> ports) {
    List<JsonObject> out = new ArrayList<>();
    for (PortForward port : ports) {
      JsonObject mapping =
          JsonObject.empty()
              .with("hostPort", port.hostPort())
              .with("containerPort", port.guestPort())
              .with("protocol", port.protocol().name().toLowerCase(Locale.ROOT));
      boolean everywhere = port.hostAddress().equals("0.0.0.0");
      out.add(everywhere ? mapping : mapping.with("hostIP", port.hostAddress()));
    }
    return out;
  }

  JsonObject json() {
    List<JsonObject> plugins = new ArrayList<>();
    for (Step step : steps) {
      plugins.add(
          JsonObject.empty()
              .with("program", step.program().toString())
              .with("config", step.config()));
    }
    JsonObject json =
        JsonObject.empty()
            .with("network", network)
            .with("container", container)
            .with("namespace", pin.toString())
            .with("path", path)
            .withObjects("plugins", plugins);
    return PortDocument.put(json, ports);
  }

  static Attachment of(JsonObject json) throws FlintException {
    List<Step> steps = new ArrayList<>();
    for (JsonObject plugin : json.objects("plugins")) {
      JsonObject config = plugin.object("config").orElseThrow(() -> plugin.missing("config"));
      steps.add(new Step(Path.of(plugin.requiredString("program")), config));
    }
    return new Attachment(
        json.requiredString("network"),
        json.requiredString("container"),
        Path.of(json.requiredString("namespace")),
        json.requiredString("path"),
        steps,
        PortDocument.read(json));
  }
}
