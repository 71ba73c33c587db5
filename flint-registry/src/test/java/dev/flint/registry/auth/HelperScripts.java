package dev.flint.registry.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;

/** A folder of small credential helpers, written in shell, on the PATH of a user. */
final class HelperScripts {
  /** A helper that is well-behaved keeps each login in a file. */
  static final String KEEPER =
      """
      case $1 in
        get) server=$(cat); file=%1$s/$(echo "$server" | tr -c 'a-z0-9\\n' _)
          if [ -f "$file" ]; then cat "$file"
          else echo credentials not found in native keychain; exit 1; fi ;;
        store) json=$(cat); server=$(printf %%s "$json" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')
          printf %%s "$json" > %1$s/$(echo "$server" | tr -c 'a-z0-9\\n' _) ;;
        erase) server=$(cat); file=%1$s/$(echo "$server" | tr -c 'a-z0-9\\n' _)
          if [ -f "$file" ]; then rm "$file"
          else echo credentials not found in native keychain; exit 1; fi ;;
      esac
      """;

  private final Path folder;

  HelperScripts(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Adds {@code docker-credential-NAME}. */
  HelperScripts add(String name, String script) throws IOException {
    Path file = folder.resolve("docker-credential-" + name);
    Files.writeString(file, "#!/bin/sh\n" + script, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return this;
  }

  /** Adds one that remembers. */
  HelperScripts addKeeper(String name) throws IOException {
    return add(name, KEEPER.formatted(folder));
  }

  /** What a {@link #addKeeper} has for a registry, as it got it. */
  String kept(String server) throws IOException {
    Path file = folder.resolve(server.replaceAll("[^a-z0-9]", "_"));
    return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8).strip() : "";
  }

  /** An environment with them on its PATH. */
  Map<String, String> env() {
    return Map.of("PATH", folder + ":/usr/bin:/bin");
  }

  CredentialHelpers helpers(Duration limit) {
    return new CredentialHelpers(env(), limit);
  }
}
