-- Rows as version 0008 of the schema left them: one of each kind that a running queue has. FOLDER stands for the library,
-- HOST for where the files come from.
insert into downloader.item (id, series_id, episode_id, series_title, season, episode, title, priority, rank, state, max_attempts,
    attempt, batch, host, lease_epoch, lease_until, worker, checkpoint, bytes_done, bytes_total, error_cause, error_detail, path, sha256, finished_at)
values
  ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000e1', 'Test Series', 1, 1, 'pending',
   'normal', 'a0', 'pending', 3, 0, '00000000-0000-4000-8000-0000000000bb', 'HOST', 0, null, null, null, 0, null, null, null, null, null, null),
  -- Its worker was lost with half of the file on the disk.
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000e2', 'Test Series', 1, 2, 'running',
   'normal', 'a1', 'downloading', 3, 0, '00000000-0000-4000-8000-0000000000bb', 'HOST', 4, now() - interval '1 day', 'gone',
   '{"v": 1, "folder": "FOLDER", "epoch": 4, "clean": false, "validator": "VALIDATOR", "total": 4194304, "ranges": [[0, 2097152]]}', 2097152, 4194304,
   null, null, null, null, null),
  ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000e3', 'Test Series', 1, 3, 'failed',
   'high', 'a0', 'failed', 3, 3, '00000000-0000-4000-8000-0000000000bb', 'HOST', 7, null, null, null, 0, null, 'network', 'The connection broke.', null, null, now() - interval '1 hour'),
  ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-0000000000e4', 'Test Series', 1, 4, 'completed',
   'low', 'a0', 'completed', 3, 0, '00000000-0000-4000-8000-0000000000bb', 'HOST', 1, null, null, null, 10, 10, null, null, '/library/done.mp4', repeat('0', 64), now() - interval '2 hours');
insert into downloader.host (host, max, failures) values ('HOST', 2, 3);
insert into downloader.host_slot (host, n, item_id) values ('HOST', 1, '00000000-0000-4000-8000-000000000002'), ('HOST', 2, null);
insert into downloader.series_host (series_id, host) values ('00000000-0000-4000-8000-0000000000aa', 'HOST');
insert into downloader.timeline (item_id, episode_id, what, worker)
values ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000e2', 'claimed', 'gone');
update downloader.queue_state set paused = true, max_concurrent = 3;
insert into downloader.slot (n, item_id) values (3, '00000000-0000-4000-8000-000000000002');
