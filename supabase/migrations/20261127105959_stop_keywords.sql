-- stop keywords: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.stop_words_of_languages()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array[
    'abbestellen', 'abmelden', 'abmeldung', 'alisin', 'alto', 'anile', 'annuler', 'annulla', 'annullare',
    'arret', 'arrete', 'arreter', 'arretez', 'assez', 'aufhoren', 'austragen', 'ayaw ko na', 'ayoko na',
    'baja', 'basta', 'borrar', 'borrarme', 'ca suffit', 'cancela', 'cancelar', 'cancele', 'cancella',
    'cancellami', 'cese', 'cesser', 'cessez', 'chega', 'dar de baja', 'darme de baja', 'desabonnement',
    'desabonner', 'descadastrar', 'descadastre', 'descadastro', 'desinscription', 'desinscrire',
    'desuscribir', 'desuscribirme', 'detener', 'detenga', 'detenganlo', 'detenganse', 'detengase',
    'detente', 'dezabone', 'disiscrivi', 'disiscrivimi', 'dung', 'dung lai', 'eliminar', 'eliminarme',
    'encerrar', 'estope', 'excluir', 'ferma', 'fermare', 'fermati', 'halt', 'hinto', 'huminto', 'huy',
    'huy bo', 'huy dang ky', 'ihinto', 'itigil', 'itigil na', 'kanpe', 'kundigen', 'loschen',
    'me desabonner', 'me desinscrire', 'nao mais', 'ngung', 'no mas', 'no molestar', 'para', 'parar',
    'pare', 'parem', 'paren', 'quitar', 'remover', 'resilier', 'rete', 'retire m', 'retire mwen',
    'rimuovi', 'rimuovimi', 'sair', 'salir', 'schluss', 'se desabonner', 'sispann', 'smettere',
    'smettetela', 'smettila', 'supprimer', 'tama na', 'tanggalin', 'td', 'terminar', 'thoat', 'tigil',
    'tigil na', 'tigilan', 'tumigil', 'ya basta', 'ya no', 'ya no mas', 'довольно', 'остановите',
    'остановить', 'отказ', 'отмена', 'отменить', 'отписаться', 'отписка', 'отпишись', 'отпишите',
    'прекратите', 'прекратить', 'стоп', 'удалите', 'удалить', 'хватит', 'բավական', 'բավական է', 'դադար',
    'դադարեցնել', 'դադարեցրեք', 'դադարեք', 'կանգ', 'կանգնել', 'կանգնեցրեք', 'կանգնեք', 'հանեք', 'հերիք',
    'հերիք է', 'չեղարկել', 'ստոպ', 'վերջ', 'الغ', 'الغاء', 'الغاء الاشتراک', 'انصراف', 'اوقف', 'اوقفوا',
    'ایست', 'ایقاف', 'بس', 'بس است', 'بسه', 'تمامش کنید', 'توقف', 'توقفوا', 'خلاص', 'قطع', 'قف', 'لغو',
    'لغو 11', 'لغو اشتراک', 'لغو عضویت', 'لغو11', 'متوقف کنید', 'نه دیگر', 'وقف', 'کفایه', 'کفی', 'やめて',
    'やめてください', 'ストップ', '中止', '停', '停止', '停止发送', '停止接收', '停止發送', '删除', '別發了', '刪除', '别发了', '取消', '取消訂閱',
    '取消订阅', '够了', '夠了', '拒收', '止めて', '止めてください', '登録解除', '移除', '終止', '結束', '终止', '结束', '解除', '退会', '退出',
    '退訂', '退订', '配信停止', '거부', '구독 취소', '구독취소', '그만', '그만하세요', '그만해', '그만해요', '멈춰', '멈춰 주세요', '멈춰요', '삭제',
    '수신 거부', '수신거부', '스탑', '스톱', '정지', '중단', '중지', '차단', '취소', '해지'
  ]::text[]
$function$;
