package dev.flint.bench.tool;

import static dev.flint.bench.machine.Script.quote;

import dev.flint.bench.machine.Certificate;
import dev.flint.bench.machine.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Moves an image as it is, between a store on disk and a registry. */
public interface Mover {
  /** Its name in the tables. */
  String name();

  /** Forgets all that it kept from earlier runs. */
  void reset() throws IOException;

  /**
   * Sends an image.
   *
   * @param home whose {@code store} has it under this reference, and as {@code x}
   * @param certificate of the registry, if it speaks https
   */
  Script push(Path home, String reference, Optional<Certificate> certificate);

  /** Fetches an image into an empty store. */
  Script pull(String reference, Optional<Certificate> certificate);

  /** Flint, as users have it. */
  static Mover of(Flint flint) {
    return new Mover() {
      @Override
      public String name() {
        return flint.name();
      }

      @Override
      public void reset() throws IOException {
        flint.reset();
      }

      @Override
      public Script push(Path home, String reference, Optional<Certificate> certificate) {
        Script script = flint.script("push " + options(certificate) + reference);
        return new Script(script.line(), Map.of("FLINT_HOME", home.toString()));
      }

      @Override
      public Script pull(String reference, Optional<Certificate> certificate) {
        return flint.script("pull " + options(certificate) + reference);
      }

      private String options(Optional<Certificate> certificate) {
        return certificate
            .map(own -> "--no-plain-http --ca-file " + quote(own.certificate()) + " ")
            .orElse("--plain-http ");
      }
    };
  }

  /** skopeo. */
  static Mover of(Skopeo skopeo) {
    return new Mover() {
      @Override
      public String name() {
        return skopeo.name();
      }

      @Override
      public void reset() throws IOException {
        skopeo.reset();
      }

      @Override
      public Script push(Path home, String reference, Optional<Certificate> certificate) {
        return skopeo.copy(
            options("dest", certificate),
            "oci:" + home.resolve("store") + ":x",
            "docker://" + reference);
      }

      @Override
      public Script pull(String reference, Optional<Certificate> certificate) {
        return skopeo.copy(
            options("src", certificate), "docker://" + reference, "oci:" + skopeo.layout() + ":x");
      }

      private String options(String side, Optional<Certificate> certificate) {
        return certificate
            .map(own -> "--%s-cert-dir=%s".formatted(side, quote(own.folder())))
            .orElse("--%s-tls-verify=false".formatted(side));
      }
    };
  }
}
