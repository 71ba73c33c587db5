package dev.flint.agent.cni;

import dev.flint.agent.instance.Mount;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The files by which a container finds names. They are mounted before its address is known and are
 * changed in place.
 *
 * @param resolver for /etc/resolv.conf
 * @param hosts for /etc/hosts
 */
public record NameFiles(Path resolver, Path hosts) {
  /** Where systemd keeps the servers that its own server on loopback asks. */
  private static final List<Path> RESOLVERS =
      List.of(Path.of("/run/systemd/resolve/resolv.conf"), Path.of("/etc/resolv.conf"));

  private static final Path HOSTS = Path.of("/etc/hosts");

  /** Whatever bytes a file of the host has, they stay. */
  private static final Charset CHARSET = StandardCharsets.ISO_8859_1;

  private static final String LOCAL = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";

  /** Those of a run. */
  static NameFiles of(Path run) {
    return new NameFiles(run.resolve("resolv.conf"), run.resolve("hosts"));
  }

  /** Whether a run has them. */
  public static boolean areIn(Path run) {
    return Files.exists(of(run).resolver) && Files.exists(of(run).hosts);
  }

  /** Mounts of those of a run. */
  public static List<Mount> mounts(Path run) {
    return List.of(
        new Mount(of(run).resolver, "/etc/resolv.conf", true, Mount.Kind.COPY), hostsMount(run));
  }

  /** The mount of names alone, for who has the host's resolver. */
  public static Mount hostsMount(Path run) {
    return new Mount(of(run).hosts, "/etc/hosts", true, Mount.Kind.COPY);
  }

  /**
   * Writes names for a container that is in no network of CNI: those of the host, and more.
   *
   * @param lines without line ends
   */
  public static void writeHosts(Path run, List<String> lines) throws IOException {
    String own = Files.isReadable(HOSTS) ? Files.readString(HOSTS, CHARSET) : LOCAL;
    String start = own.isEmpty() || own.endsWith("\n") ? own : own + "\n";
    write(of(run).hosts, "# Kubernetes-managed hosts file (host network).\n" + start);
    addHosts(run, lines);
  }

  /** Adds names, as a kubelet does. */
  public static void addHosts(Path run, List<String> lines) throws IOException {
    String text = "\n# Entries added by HostAliases.\n" + String.join("\n", lines) + "\n";
    Files.writeString(of(run).hosts, text, CHARSET, StandardOpenOption.APPEND);
  }

  /** Removes the file of names, if it is there. */
  public static void removeHosts(Path run) throws IOException {
    Files.deleteIfExists(of(run).hosts);
  }

  /** Makes them. */
  void make() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path host : RESOLVERS) {
      if (text.length() == 0 && Files.isReadable(host)) {
        for (String line : Files.readAllLines(host, StandardCharsets.ISO_8859_1)) {
          // The host's loopback is not the container's.
          if (!line.startsWith("nameserver 127.") && !line.startsWith("nameserver ::1")) {
            text.append(line).append('\n');
          }
        }
      }
    }
    write(resolver, text);
    write(hosts, LOCAL);
  }

  /** For whoever the container runs as, also if the agent's own files are for its owner alone. */
  private static void write(Path file, CharSequence text) throws IOException {
    Files.writeString(file, text, CHARSET);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /**
   * Adds what plugins found out.
   *
   * @param name of the container itself
   */
  void complete(String name, String address, JsonObject result) throws IOException {
    if (!address.isEmpty()) {
      Files.writeString(hosts, LOCAL + address + " " + name + "\n", StandardCharsets.US_ASCII);
    }
    JsonObject dns = result.object("dns").orElse(JsonObject.empty());
    StringBuilder text = new StringBuilder();
    for (String server : dns.strings("nameservers")) {
      text.append("nameserver ").append(word(dns, server)).append('\n');
    }
    if (text.length() > 0) {
      String search = "";
      for (String domain : dns.strings("search")) {
        search += " " + word(dns, domain);
      }
      text.append(search.isEmpty() ? "" : "search" + search + "\n");
      Files.writeString(resolver, text, StandardCharsets.US_ASCII);
    }
  }

  private static String word(JsonObject dns, String text) throws FlintException {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        throw dns.wrong("nameservers", "addresses, or search one of names");
      }
    }
    return text;
  }

  void remove() throws IOException {
    Files.deleteIfExists(resolver);
    Files.deleteIfExists(hosts);
  }
}
