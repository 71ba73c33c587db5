package dev.flint.agent.cni;

import dev.flint.agent.backend.HostPorts;
import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.instance.PortForward;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Puts containers into networks of CNI and takes them out again. What is about to be done is on
 * disk before it is begun, so that it can be undone after any death of the agent. Thread-safe.
 */
public final class CniNetworks {
  /** Not that of iproute2, which mounts it once more and so would keep what was let go of. */
  private static final Path PINS = Path.of("/run/flint-netns");

  private final CniPlaces places;
  private final PublishedPorts published;

  /**
   * Of this host.
   *
   * @param env may say where plugins and networks are: {@code CNI_PATH}, {@code NETCONFPATH}
   * @param published the ports that lead to instances of this agent
   */
  public CniNetworks(Map<String, String> env, PublishedPorts published) {
    this.places = CniPlaces.of(env);
    this.published = published;
  }

  /**
   * Chooses ports of the host where none are chosen.
   *
   * @param id of the instance
   */
  public List<PortForward> choosePorts(String id, List<PortForward> ports) throws IOException {
    return published.choose(id, ports);
  }

  /**
   * Decides how a container gets into a network, and touches nothing.
   *
   * @param network its name, or empty for the host's first
   * @param container an id for plugins, unique on the host
   * @throws FlintException NOT_FOUND, UNSUPPORTED or PROTOCOL if it cannot
   */
  public JsonObject plan(String network, String container, List<PortForward> ports)
      throws IOException {
    NetworkList list = NetworkList.find(places.networks(), network);
    return Attachment.of(list, places, container, PINS.resolve(container), ports).json();
  }

  /**
   * Gets ready what is there before the container is made.
   *
   * @param id of the instance
   * @param run the folder of its run
   * @throws FlintException LOCAL_IO for a port that something else has
   */
  public void prepare(JsonObject plan, String id, Path run) throws IOException {
    List<PortForward> ports = Attachment.of(plan).ports();
    HostPorts.requireFree(ports);
    published.claim(id, ports);
    Files.createDirectories(run);
    NameFiles.of(run).make();
  }

  /**
   * Puts a container, which was made and does not run yet, into its network.
   *
   * @param pid of its first process
   * @param name the container's own
   * @return its address
   */
  public String connect(JsonObject plan, Path run, long pid, String name) throws IOException {
    Attachment attachment = Attachment.of(plan);
    keep(run, JsonObject.empty());
    NamespacePin.make(attachment.pin(), pid);
    PluginProcess adding = new PluginProcess(attachment, "ADD", attachment.pin().toString());
    JsonObject result = JsonObject.empty();
    for (Attachment.Step step : attachment.steps()) {
      boolean first = result.names().isEmpty();
      JsonObject config = first ? step.config() : step.config().with("prevResult", result);
      JsonObject said = adding.run(step.program(), config, run);
      result = said.names().isEmpty() ? result : said;
    }
    String address = address(result);
    keep(run, JsonObject.empty().with("address", address).with("result", result));
    NameFiles.of(run).complete(name, address, result);
    return address;
  }

  /** The address without its prefix length: the first of IPv4, else the first. */
  private static String address(JsonObject result) throws FlintException {
    String found = "";
    for (JsonObject ip : result.objects("ips")) {
      String text = ip.requiredString("address");
      int slash = text.indexOf('/');
      String address = slash < 0 ? text : text.substring(0, slash);
      for (int i = 0; i < address.length(); i++) {
        if (Character.digit(address.charAt(i), 16) < 0 && ".:".indexOf(address.charAt(i)) < 0) {
          throw ip.wrong("address", "an IP address");
        }
      }
      if (found.isEmpty() || (found.indexOf(':') >= 0 && address.indexOf(':') < 0)) {
        found = address;
      }
    }
    return found;
  }

  /**
   * Takes over a container that was connected by somebody else.
   *
   * @return its address, or empty
   */
  public String adopt(JsonObject plan, String id, Path run) throws IOException {
    published.adopt(id, Attachment.of(plan).ports());
    return kept(run).string("address").orElse("");
  }

  /**
   * Takes a container out of its network, however far it had got.
   *
   * @throws IOException if a plugin cannot undo what it did and it is too early to give up
   */
  public void disconnect(JsonObject plan, String id, Path run) throws IOException {
    Attachment attachment = Attachment.of(plan);
    if (Files.exists(file(run))) {
      JsonObject result = kept(run).object("result").orElse(JsonObject.empty());
      new Removal(attachment, result, run).run();
      NamespacePin.remove(attachment.pin());
      Files.deleteIfExists(file(run));
    }
    NameFiles.of(run).remove();
    published.release(id);
  }

  private static void keep(Path run, JsonObject json) throws IOException {
    AtomicFile.write(file(run), json.bytes(), run.resolve("network.json.new"));
  }

  private static JsonObject kept(Path run) throws IOException {
    try {
      return JsonObject.parse(Files.readAllBytes(file(run)), "record of a network");
    } catch (NoSuchFileException e) {
      return JsonObject.empty();
    } catch (FlintException e) {
      if (e.code() == ErrorCode.PROTOCOL) {
        // It is written whole or not at all, so this is a damaged file system.
        return JsonObject.empty();
      }
      throw e;
    }
  }

  private static Path file(Path run) {
    return run.resolve("network.json");
  }
}
