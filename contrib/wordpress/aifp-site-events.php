<?php
/**
 * Plugin Name: AIFP site events
 * Description: Tells an AIFP engine when posts, terms, users, the theme, plugins or the site's name change, so that
 *              its AI agents know the site as it is. Tells that something changed, never what.
 * Version: 1.0
 * Requires PHP: 7.4
 *
 * Copy this file into wp-content/mu-plugins/ and write into wp-config.php:
 *     define('AIFP_EVENTS_URL', 'https://engine.example.org/site-context/events');
 *     define('AIFP_EVENTS_SECRET', 'the secret of prompts.wordpress.events_secret');
 */

if (!defined('ABSPATH')) {
    exit;
}

/** Remembers an event; all of a request are told when it ends, each once. */
function aifp_site_event(string $event, string $option = ''): void
{
    static $seen = [];
    if (!defined('AIFP_EVENTS_URL') || !defined('AIFP_EVENTS_SECRET') || isset($seen["$event $option"])) {
        return;
    }
    if ($seen === []) {
        add_action('shutdown', static function () use (&$seen): void {
            foreach ($seen as $what) {
                aifp_site_send($what);
            }
        });
    }
    $seen["$event $option"] = $option === '' ? ['event' => $event] : ['event' => $event, 'option' => $option];
}

/** Signs one event and sends it without waiting for an answer. The id keeps two of one second apart. */
function aifp_site_send(array $what): void
{
    $body = wp_json_encode($what + ['id' => wp_generate_uuid4()]);
    $time = (string) time();
    wp_remote_post(AIFP_EVENTS_URL, [
        'blocking' => false,
        'timeout' => 2,
        'redirection' => 0,
        'headers' => [
            'Content-Type' => 'application/json',
            'X-Timestamp' => $time,
            'X-Signature-256' => 'sha256=' . hash_hmac('sha256', $time . '.' . $body, AIFP_EVENTS_SECRET),
        ],
        'body' => $body,
    ]);
}

add_action('save_post', static function ($id, $post, $update): void {
    if (!wp_is_post_revision($id) && !wp_is_post_autosave($id)) {
        aifp_site_event($update ? 'post.updated' : 'post.created');
    }
}, 10, 3);

$aifp_events = [
    'delete_post' => 'post.deleted',
    'wp_trash_post' => 'post.deleted',
    'untrash_post' => 'post.updated',
    'create_term' => 'term.created',
    'edit_term' => 'term.edited',
    'delete_term' => 'term.deleted',
    'set_object_terms' => 'term.edited',
    'user_register' => 'user.registered',
    'delete_user' => 'user.deleted',
    'switch_theme' => 'theme.switched',
    'activated_plugin' => 'plugins.changed',
    'deactivated_plugin' => 'plugins.changed',
];
foreach ($aifp_events as $hook => $event) {
    add_action($hook, static function () use ($event): void {
        aifp_site_event($event);
    });
}

$aifp_options = [
    'blogname' => 'name',
    'blogdescription' => 'description',
    'home' => 'url',
    'siteurl' => 'url',
    'timezone_string' => 'timezone',
    'gmt_offset' => 'timezone',
    'WPLANG' => 'language',
];
foreach ($aifp_options as $option => $name) {
    add_action("update_option_$option", static function () use ($name): void {
        aifp_site_event('option.changed', $name);
    });
}
