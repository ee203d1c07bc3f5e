-- The words of a series' titles, by which the page of unmatched files finds what a file might be. Beside the series and not in
-- it: its counts change all the time, and each change would write this index anew.
create table series_words (
  series_id uuid primary key references series on delete cascade,
  words text[] not null
);
-- Read by people who wait, written when a series is added: nothing is left for a later search to go through.
create index series_words_by_word on series_words using gin (words) with (fastupdate = off);

-- As candidate.ts takes titles apart, which has the last word: runs of what is no sign, single signs of Han and kana, and a title of
-- signs alone as it is. `search_text` holds the titles folded, one a line.
create function title_words(search_text text) returns text[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(distinct word), '{}')
  from regexp_split_to_table(replace(translate(search_text, '×''’ʼ`´', 'x'), '&', ' and '), '\n') as line
  cross join lateral (
    select matched[1] as word from regexp_matches(line, '[\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff'
      '\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00f7\u2000-\u2bff'
      '\u3000-\u303f\u3041-\u3096\u309d-\u30fb\u30fd-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe10-\ufe6f'
      '\uff00-\uff0f\uff1a-\uff20\U0001f000-\U0001faff]+', 'g') as matched
    union all
    select trim(line) where trim(line) !~ '[^\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00f7\u2000-\u2bff\u3000-\u3004]'
  ) words
  where word <> ''
$$;

create function keep_words() returns trigger language plpgsql set search_path from current as $$
begin
  insert into series_words (series_id, words) values (new.id, title_words(new.search_text))
  on conflict (series_id) do update set words = excluded.words;
  return null;
end $$;

create trigger words after insert on series for each row execute function keep_words();
create trigger words_update after update of search_text on series for each row
  when (old.search_text <> new.search_text) execute function keep_words();

insert into series_words (series_id, words) select id, title_words(search_text) from series;

-- Mostly a few of many: the automatic download reads them and what each misses.
create index series_automatic on series (id) where auto_download;
