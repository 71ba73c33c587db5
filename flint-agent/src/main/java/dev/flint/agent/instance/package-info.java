/** What runs on a device: its wish, its state, and the folder that keeps both. */
@NullMarked
package dev.flint.agent.instance;

import org.jspecify.annotations.NullMarked;
