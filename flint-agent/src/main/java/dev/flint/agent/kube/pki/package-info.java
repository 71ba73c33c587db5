/** A node's own key and certificate: asked for, kept and told when to renew. */
@NullMarked
package dev.flint.agent.kube.pki;

import org.jspecify.annotations.NullMarked;
